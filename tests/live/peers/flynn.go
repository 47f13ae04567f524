// flynn.go: an encrypted line through github.com/flynn/noise, written from hoiam-protocol(7) alone:
// enrols over XK, works over XKpsk3, sends the same bytes again after a cut, and is turned away
// where the keys do not fit.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run flynn.go HOST:PORT INVITATION UNIT DAY
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/flynn/noise"
	"github.com/ugorji/go/codec"
)

const (
	xkpsk3  = 1
	xk      = 2
	dataMax = 1023*64 - 2 // of a frame
)

var handle = &codec.MsgpackHandle{WriteExt: true} // str and bin, not raw

type fields = map[string]interface{}

func check(err error) {
	if err != nil {
		log.Panic(err)
	}
}

func want(well bool, what ...interface{}) {
	if !well {
		log.Panic(what...)
	}
}

func hash(parts ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return sum[:]
}

func random(n int) []byte {
	out := make([]byte, n)
	_, err := rand.Read(out)
	check(err)
	return out
}

func pack(value interface{}) (out []byte) {
	check(codec.NewEncoderBytes(&out, handle).Encode(value))
	return out
}

// A line is a stream to the daemon inside frames of Noise.
type line struct {
	conn          net.Conn
	send, receive *noise.CipherState
	hash, in      []byte
	decoder       *codec.Decoder
	msgid         int
	reg           []byte
}

func (l *line) frame(message []byte) {
	_, err := l.conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...))
	check(err)
}

func (l *line) message() ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(l.conn, length[:]); err != nil {
		return nil, err
	}
	out := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(l.conn, out)
	return out, err
}

// The handshake, as the side that begins.
func dial(at string, pattern byte, own noise.DHKey, server, psk []byte) *line {
	conn, err := net.Dial("tcp", at)
	check(err)
	check(conn.SetDeadline(time.Now().Add(30 * time.Second)))
	preamble := []byte{'H', 'O', 'I', 'A', 'M', 1, pattern, 0}
	h, err := noise.NewHandshakeState(noise.Config{
		CipherSuite: noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashSHA256),
		Pattern:     noise.HandshakeXK, Initiator: true, Prologue: preamble,
		StaticKeypair: own, PeerStatic: server, PresharedKey: psk, PresharedKeyPlacement: 3})
	check(err)
	l := &line{conn: conn}
	_, err = conn.Write(preamble)
	check(err)
	first, _, _, err := h.WriteMessage(nil, nil)
	check(err)
	l.frame(first)
	echo := make([]byte, len(preamble))
	_, err = io.ReadFull(conn, echo)
	check(err)
	want(bytes.Equal(echo, preamble), "the preamble came back otherwise")
	second, err := l.message()
	check(err)
	payload, _, _, err := h.ReadMessage(nil, second)
	check(err)
	third, send, receive, err := h.WriteMessage(nil, nil)
	check(err)
	want(len(first) == 48 && len(second) == 48 && len(third) == 64 && len(payload) == 0, "handshake")
	l.frame(third)
	l.send, l.receive, l.hash = send, receive, h.ChannelBinding()
	l.decoder = codec.NewDecoder(l, handle)
	return l
}

// Seal is one frame: length, data, zeros to a multiple of 64.
func (l *line) seal(data []byte) []byte {
	payload := append(binary.BigEndian.AppendUint16(nil, uint16(len(data))), data...)
	payload = append(payload, make([]byte, (64-len(payload)%64)%64)...)
	out, err := l.send.Encrypt(nil, nil, payload)
	check(err)
	return out
}

func (l *line) Write(data []byte) (int, error) {
	n := len(data)
	for len(data) > dataMax {
		l.frame(l.seal(data[:dataMax]))
		data = data[dataMax:]
	}
	l.frame(l.seal(data))
	return n, nil
}

func (l *line) Read(to []byte) (int, error) {
	if len(l.in) == 0 {
		message, err := l.message()
		if err != nil {
			return 0, err
		}
		want(len(message)%64 == 16, "a frame of", len(message), "bytes")
		payload, err := l.receive.Decrypt(nil, nil, message)
		check(err)
		end := 2 + int(binary.BigEndian.Uint16(payload))
		l.in = payload[2:end]
		want(end > 2 && len(bytes.Trim(payload[end:], "\x00")) == 0, "padding")
	}
	n := copy(to, l.in)
	l.in = l.in[n:]
	return n, nil
}

// Closed says whether the daemon ended the line without a word.
func (l *line) closed() bool {
	_, err := l.conn.Read(make([]byte, 1))
	timeout, is := err.(net.Error)
	return err != nil && !(is && timeout.Timeout())
}

// Try returns the code of the error, 0 for none, with the result.
func (l *line) try(method string, params fields) (int, fields) {
	l.msgid++
	_, err := l.Write(pack([]interface{}{0, l.msgid, method, []fields{params}}))
	check(err)
	var answer struct {
		_struct     bool `codec:",toarray"`
		Type, Msgid int
		Error       []interface{}
		Result      fields
	}
	check(l.decoder.Decode(&answer))
	want(answer.Type == 1 && answer.Msgid == l.msgid, "an answer to another request")
	if answer.Error != nil {
		return int(reflect.ValueOf(answer.Error[0]).Convert(reflect.TypeOf(0)).Int()), nil
	}
	return 0, answer.Result
}

func (l *line) call(method string, params fields) fields {
	code, result := l.try(method, params)
	want(code == 0, method, ": error ", code)
	return result
}

func (l *line) hello(invitation map[string]string) []byte {
	to := l.call("hello", fields{"proto": 1, "program": "flynn.go"})
	l.reg = to["reg"].([]byte)
	for name, key := range map[string]string{"reg": "register", "house": "house", "channel": "channel"} {
		want(hex.EncodeToString(to[name].([]byte)) == invitation[key], name, " is another's")
	}
	return to["challenge"].([]byte)
}

type officer struct {
	secret  ed25519.PrivateKey
	public  ed25519.PublicKey
	id, psk []byte
	channel noise.DHKey
}

func (o *officer) login(l *line, invitation map[string]string) fields {
	challenge := l.hello(invitation)
	message := bytes.Join([][]byte{[]byte("hoiam/l1"), l.reg, challenge, l.hash}, nil)
	return l.call("login", fields{"key": o.id, "sig": ed25519.Sign(o.secret, message)})
}

// Signed makes the params of a changing command; groups are [salt, words].
func (o *officer) signed(l *line, verb string, args fields, groups [][2][]byte) fields {
	rid := append(binary.BigEndian.AppendUint64(nil, uint64(time.Now().UnixMilli()))[2:], random(10)...)
	rid[6], rid[8] = 0x70|rid[6]&0x0f, 0x80|rid[8]&0x3f
	head := pack(fields{"verb": verb, "rid": rid, "reg": l.reg, "args": args})
	const kind = "application/vnd.hoiam.action+msgpack;v=1"
	pae := append([]byte(fmt.Sprintf("DSSEv1 %d %s %d ", len(kind), kind, len(head))), head...)
	out := fields{"head": head, "sig": ed25519.Sign(o.secret, pae), "key": o.id}
	if len(groups) > 0 {
		out["words"] = groups
	}
	return out
}

func readInvitation(path string) map[string]string {
	file, err := os.ReadFile(path)
	check(err)
	out := map[string]string{}
	for _, row := range strings.Split(string(file), "\n")[1:] {
		if name, value, found := strings.Cut(row, ": "); found {
			out[name] = value
		}
	}
	return out
}

func unhex(s string) []byte {
	out, err := hex.DecodeString(s)
	check(err)
	return out
}

func enrol(at string, invitation map[string]string) *officer {
	var err error
	o := &officer{psk: unhex(invitation["psk"])}
	o.public, o.secret, err = ed25519.GenerateKey(nil)
	check(err)
	o.id = hash(o.public)[:8]
	o.channel, err = noise.DH25519.GenerateKeypair(rand.Reader)
	check(err)
	l := dial(at, xk, o.channel, unhex(invitation["channel"]), nil)
	l.hello(invitation)
	code, _ := l.try("whoami", fields{})
	want(code == 17, "whoami on a line for enrolling: ", code)
	l.call("enrol", o.signed(l, "enrol", fields{"secret": unhex(invitation["secret"]),
		"public": []byte(o.public), "channel": o.channel.Public}, nil))
	check(l.conn.Close())
	return o
}

// The words of so many opinions, more than a frame holds, and the arguments that commit to them.
func meeting(unit, day string, count int) (args fields, groups [][2][]byte, texts []string) {
	var opinions []fields
	for i := 0; i < count; i++ {
		text := strings.Repeat(fmt.Sprintf("Ý kiến %d: đường vào bản lầy lội. ", i+1), 80)
		text = strings.TrimSpace(text)
		group := [2][]byte{random(32), pack(fields{"words": text})}
		opinions = append(opinions, fields{"w": hash([]byte("hoiam/w1"), group[0], group[1])})
		groups = append(groups, group)
		texts = append(texts, text)
	}
	return fields{"meeting": []fields{{"unit": unit, "kind": "dialogue_regular", "day": day}},
		"opinions": opinions, "count": count, "closed": 1}, groups, texts
}

// All cells of a column, page by page.
func column(l *line, method, name string, ask fields) (out []interface{}) {
	for {
		result := l.call(method, ask)
		table := result["tables"].([]interface{})[0].(fields)
		same, _ := table["same"].(fields) // what all rows have alike is not in the rows
		for _, row := range table["rows"].([]interface{}) {
			cells := row.([]interface{})
			for _, title := range table["columns"].([]interface{}) {
				cell, alike := same[title.(string)]
				if !alike {
					cell, cells = cells[0], cells[1:]
				}
				if title == name {
					out = append(out, cell)
				}
			}
		}
		if result["next"] == nil {
			return out
		}
		ask["after"] = result["next"]
	}
}

func main() {
	log.SetFlags(0)
	handle.MapType = reflect.TypeOf(fields{})
	handle.Canonical = true
	at, invitation, unit, day := os.Args[1], readInvitation(os.Args[2]), os.Args[3], os.Args[4]
	server := unhex(invitation["channel"])
	o := enrol(at, invitation)
	fmt.Printf("XK: enrolled %x\n", o.id)
	open := func() *line { return dial(at, xkpsk3, o.channel, server, o.psk) }

	l := open()
	number := o.login(l, invitation)["officer"]
	want(column(l, "whoami", "officer", fields{})[0] == number, "whoami")
	fmt.Println("XKpsk3: officer", number)

	const count = 36
	args, groups, texts := meeting(unit, day, count)
	change := o.signed(l, "meeting.record", args, groups)
	request := pack([]interface{}{0, 9, "meeting.record", []fields{change}})
	want(len(request) > dataMax, "the meeting is to be longer than a frame")
	_, err := l.Write(request)
	check(err)
	check(l.conn.Close()) // without a look at the answer
	l = open()
	o.login(l, invitation)
	first := l.call("meeting.record", change)
	want(bytes.Equal(pack(l.call("meeting.record", change)), pack(first)), "another answer")
	held := column(l, "meeting.list", "meeting", fields{"from": day, "to": day})
	want(len(held) == 1, held)
	read := column(l, "opinion.list", "words", fields{"meeting": held[0]})
	want(len(read) == count, len(read), " opinions")
	for i, text := range texts {
		want(read[i] == text, "opinion ", i+1)
	}
	fmt.Println("meeting.record: cut, sent again twice:", len(held), "meeting of", len(read), "opinions")

	// Who does not fit learns nothing: the line ends.
	stranger, err := noise.DH25519.GenerateKeypair(rand.Reader)
	check(err)
	want(dial(at, xkpsk3, o.channel, server, random(32)).closed(), "another shared key")
	want(dial(at, xkpsk3, stranger, server, o.psk).closed(), "a key that is not enrolled")
	broken := l.seal([]byte{0})
	broken[len(broken)-1] ^= 1
	l.frame(broken)
	want(l.closed(), "a frame that was changed")
	fmt.Println("keys that do not fit, a changed frame: the line ends")
}

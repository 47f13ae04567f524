// peer.go: hello through Go's net/rpc and github.com/ugorji/go/codec.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run peer.go SOCKET
package main

import (
	"fmt"
	"log"
	"net"
	"net/rpc"
	"os"

	"github.com/ugorji/go/codec"
)

type hello struct {
	Proto     [2]int `codec:"proto"`
	Reg       []byte `codec:"reg"`
	Challenge []byte `codec:"challenge"`
	Zone      string `codec:"zone"`
}

func main() {
	line, err := net.Dial("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	handle := &codec.MsgpackHandle{WriteExt: true} // str and bin, not raw
	client := rpc.NewClientWithCodec(codec.MsgpackSpecRpc.ClientCodec(line, handle))
	var to hello
	ask := map[string]interface{}{"proto": 1, "program": "Go, xin chào"}
	if err := client.Call("hello", ask, &to); err != nil {
		log.Fatal(err)
	}
	if len(to.Reg) != 16 || len(to.Challenge) != 32 {
		log.Fatal("hello: not as it should be")
	}
	fmt.Printf("hello: proto %d.%d, zone %s\n", to.Proto[0], to.Proto[1], to.Zone)
	client.Close()
}

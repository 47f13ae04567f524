// noise_wasm.js: enrols over XK through noise-c.wasm, with msgpack5rpc on top, then logs in with that
// key on the Unix socket. (noise-c knows no psk3, so it does not come further by an encrypted line.)
//
//     NODE_PATH=.../node_modules node noise_wasm.js HOST:PORT INVITATION SOCKET
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const { Duplex } = require('stream');
const createNoise = require('noise-c.wasm');
const msgpack5 = require('msgpack5');
const Session = require('msgpack5rpc');

const [at, path, socket] = process.argv.slice(2);
const DATA_MAX = 1023 * 64 - 2;
const NOTHING = new Uint8Array(0);

function sha256(...parts) {
	return crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
}

function u16(n) {
	return Buffer.from([n >> 8, n & 255]);
}

function readInvitation() {
	const rows = fs.readFileSync(path, 'utf8').split('\n').slice(1);
	return Object.fromEntries(rows.filter(Boolean).map((row) => row.split(': ', 2)));
}

// A stream inside frames of Noise; 'open' when the handshake is through.
class Framed extends Duplex {
	constructor(noise, own, server) {
		super();
		const [host, port] = at.split(':');
		const preamble = Buffer.from('HOIAM\x01\x02\x00', 'latin1');
		this.handshake = noise.HandshakeState('Noise_XK_25519_ChaChaPoly_SHA256',
			noise.constants.NOISE_ROLE_INITIATOR);
		this.handshake.Initialize(preamble, own, server);
		this.got = Buffer.alloc(0);
		this.preamble = preamble;
		this.line = net.connect(Number(port), host);
		this.line.on('data', (data) => this.take(data));
		this.line.on('close', () => this.push(null));
		this.line.write(preamble);
		this.frame(this.handshake.WriteMessage());
	}

	frame(message) {
		this.line.write(Buffer.concat([u16(message.length), message]));
	}

	take(data) {
		this.got = Buffer.concat([this.got, data]);
		if (this.preamble && this.got.length >= 8) {
			assert(this.got.subarray(0, 8).equals(this.preamble));
			this.got = this.got.subarray(8);
			this.preamble = null;
		}
		while (!this.preamble && this.got.length >= 2) {
			const n = this.got.readUInt16BE();
			if (this.got.length < 2 + n)
				return;
			const message = this.got.subarray(2, 2 + n);
			this.got = this.got.subarray(2 + n);
			if (this.handshake)
				this.finish(message);
			else
				this.open(message);
		}
	}

	finish(message) {
		assert.strictEqual(message.length, 48);
		this.handshake.ReadMessage(message);
		this.frame(this.handshake.WriteMessage());
		[this.out, this.into] = this.handshake.Split();
		this.handshake = null;
		this.emit('open');
	}

	open(message) {
		const payload = Buffer.from(this.into.DecryptWithAd(NOTHING, message));
		const end = 2 + payload.readUInt16BE();
		assert(payload.length % 64 === 0 && payload.subarray(end).every((byte) => byte === 0));
		this.push(payload.subarray(2, end));
	}

	_read() {}

	_write(data, encoding, done) {
		for (let i = 0; i < data.length; i += DATA_MAX) {
			const part = data.subarray(i, i + DATA_MAX);
			const padding = Buffer.alloc((128 - 2 - part.length % 64) % 64);
			this.frame(this.out.EncryptWithAd(NOTHING, Buffer.concat([u16(part.length), part, padding])));
		}
		done();
	}

	_final(done) {
		this.line.end(done);
	}
}

// A session on a stream: call() gives the result, or throws with the error's code.
function open(stream) {
	const session = new Session();
	session.attach(stream, stream);
	return (method, fields) => new Promise((resolve, reject) => {
		session.request(method, [fields], (err, result) =>
			err ? reject(Object.assign(new Error(`${method}: ${err[1]}`), { code: err[0] })) : resolve(result));
	});
}

function newRid() {
	const rid = Buffer.concat([Buffer.alloc(6), crypto.randomBytes(10)]);
	rid.writeUIntBE(Date.now(), 0, 6);
	rid[6] = 0x70 | rid[6] & 0x0f;
	rid[8] = 0x80 | rid[8] & 0x3f;
	return rid;
}

function signed(key, reg, verb, args) {
	const head = msgpack5().encode({ verb, rid: newRid(), reg, args }).slice();
	const type = 'application/vnd.hoiam.action+msgpack;v=1';
	const pae = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${head.length} `), head]);
	return { head, sig: crypto.sign(null, pae, key.secret), key: key.id };
}

function newKey() {
	const pair = crypto.generateKeyPairSync('ed25519');
	const bytes = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x, 'base64url');
	return { secret: pair.privateKey, public: bytes, id: sha256(bytes).subarray(0, 8) };
}

async function enrol(noise, key, invitation) {
	const [own, channel] = noise.CreateKeyPair(noise.constants.NOISE_DH_CURVE25519).map(Buffer.from);
	const line = new Framed(noise, own, Buffer.from(invitation.channel, 'hex'));
	await new Promise((resolve) => line.once('open', resolve));
	const call = open(line);
	const hello = await call('hello', { proto: 1, program: 'noise-c.wasm, xin chào' });
	assert.strictEqual(hello.reg.toString('hex'), invitation.register);
	assert.strictEqual(hello.house.toString('hex'), invitation.house);
	assert.strictEqual(hello.channel.toString('hex'), invitation.channel);
	await assert.rejects(call('status', {}), { code: 17 });
	const args = { secret: Buffer.from(invitation.secret, 'hex'), public: key.public };
	await assert.rejects(call('enrol', signed(key, hello.reg, 'enrol',
		{ ...args, channel: crypto.randomBytes(32) })), { code: 61 }); // not the key of this line
	const answer = await call('enrol', signed(key, hello.reg, 'enrol', { ...args, channel }));
	line.end();
	console.log('XK: enrolled', key.id.toString('hex'));
	const events = answer.events.find((table) => table.name === 'key_enrolled');
	return events.rows[0][events.columns.indexOf('officer')]; // of one event nothing stands under same
}

async function main(noise) {
	const key = newKey();
	const officer = await enrol(noise, key, readInvitation());
	const line = net.connect(socket);
	const call = open(line);
	const hello = await call('hello', { proto: 1 });
	const message = Buffer.concat([Buffer.from('hoiam/l1'), hello.reg, hello.challenge]);
	const login = await call('login', { key: key.id, sig: crypto.sign(null, message, key.secret) });
	assert.strictEqual(login.officer, officer);
	console.log('Unix socket: officer', officer);
	line.end();
}

process.on('unhandledRejection', (err) => {
	console.error(err);
	process.exit(1);
});
delete globalThis.fetch; // or it is asked for a file beside noise-c.js
createNoise(main);

// peer.js: hello through msgpack5rpc, which takes any stream.
//
//     NODE_PATH=.../node_modules node peer.js SOCKET
'use strict';
const net = require('net');
const Session = require('msgpack5rpc');

const line = net.connect(process.argv[2]);
const session = new Session();
session.attach(line, line);

session.request('hello', [{ proto: 1, program: 'msgpack5rpc, xin chào' }], (err, hello) => {
	if (err || hello.reg.length !== 16 || hello.challenge.length !== 32)
		throw new Error('hello: ' + err);
	console.log(`hello: proto ${hello.proto.join('.')}, zone ${hello.zone}`);
	session.request('status', [], (refused) => {
		if (!refused || refused[0] !== 17 || refused[2].what !== 'login')
			throw new Error('status before login: ' + refused);
		console.log('status before login:', refused[0], refused[1]);
		line.end();
	});
});

" neovim.vim: hello over Neovim's own RPC channel.
"     nvim --headless -u NONE -i NONE -n -S neovim.vim       HOIAM_SOCKET is the daemon's socket
try
	let line = sockconnect('pipe', $HOIAM_SOCKET, {'rpc': 1})
	let hello = rpcrequest(line, 'hello', {'proto': 1, 'program': 'Neovim, xin chào'})
	let out = ['hello: proto ' .. hello.proto[0] .. '.' .. hello.proto[1] .. ', zone ' .. hello.zone]
	try
		call rpcrequest(line, 'status', {})
	catch
		call add(out, 'status before login: refused')
		call rpcrequest(line, 'login', {'key': 'not bytes', 'sig': ''})
	endtry
catch /login/
	call add(out, 'login with texts for bytes: refused, and the line lives')
catch
	let out = ['failed: ' .. v:exception]
endtry
call chansend(v:stderr, out + [''])
if len(out) == 3 | quitall! | else | cquit | endif

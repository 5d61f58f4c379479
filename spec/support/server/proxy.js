'use strict';
// A forward proxy on 127.0.0.1: passes http requests on and opens tunnels (CONNECT), to
// 127.0.0.1 alone, whatever host was asked for. `GET /_seen` tells what has passed.
// With a folder of certificates (cert.pem, key.pem) it does so over TLS as well.
// It ends after so many seconds or with its parent, whatever happens.

const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');

const [seconds, parent] = process.argv.slice(2).map(Number);
const [cert, key] = process.argv.slice(4);
const seen = [];

function note(req, target) {
  seen.push({ method: req.method, target, authorization: req.headers['proxy-authorization'] || '' });
}

function portOf(target) {
  return Number(new URL(target.includes('://') ? target : `http://${target}`).port || 80);
}

function forward(req, res) {
  if (req.url === '/_seen') {
    res.end(JSON.stringify(seen));
    return;
  }
  note(req, req.url);
  const { pathname, search } = new URL(req.url);
  const { 'proxy-authorization': own, 'proxy-connection': hop, ...headers } = req.headers;
  const onward = http.request({
    host: '127.0.0.1', port: portOf(req.url), method: req.method, path: pathname + search,
    headers, agent: false,
  }, (reply) => {
    res.writeHead(reply.statusCode, reply.headers);
    reply.pipe(res);
  });
  onward.on('error', () => res.destroy());
  req.pipe(onward);
}

function tunnel(req, socket, head) {
  note(req, req.url);
  const inner = net.connect({ port: portOf(req.url), host: '127.0.0.1' }, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    inner.write(head);
    inner.pipe(socket);
    socket.pipe(inner);
  });
  inner.on('error', () => socket.destroy());
  socket.on('error', () => inner.destroy());
}

function endWithParent() {
  try {
    process.kill(parent, 0);
  } catch (error) {
    process.exit(0);
  }
}

const plain = http.createServer(forward).on('connect', tunnel);
const secure = https.createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) }, forward)
  .on('connect', tunnel);
plain.listen(0, '127.0.0.1', () => secure.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${plain.address().port} ${secure.address().port}\n`);
}));
setTimeout(() => process.exit(0), seconds * 1000);
setInterval(endWithParent, 1000);

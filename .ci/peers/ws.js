'use strict';
// A server of the npm package `ws`, plain and over TLS, which does by path what a client asks for, and
// a proxy that opens tunnels (CONNECT). It prints its three ports and ends by itself:
// ws.js MODULES CERTIFICATE KEY SECONDS

const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');
const path = require('path');

const [modules, cert, key, seconds] = process.argv.slice(2);
const { WebSocketServer } = require(path.resolve(modules, 'ws'));

const REFUSED = JSON.stringify({ error: { message: 'no', type: 'invalid_request_error', code: 'invalid_api_key' } });
let heard = null; // how the last connection was closed
let tunnels = 0;

const PATHS = {
  '/echo': (ws) => ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary })),
  '/fragments': (ws) => {
    for (let i = 0; i < 50; i += 1) {
      if (i % 7 === 0) ws.ping(`p${i}`);
      ws.send(`${i};`, { fin: i === 49 });
    }
  },
  '/pings': (ws) => {
    let pongs = 0;
    ws.on('pong', () => { pongs += 1; if (pongs === 20) ws.send(`${pongs} pongs`); });
    for (let i = 0; i < 20; i += 1) ws.ping(String(i));
  },
  '/flood': (ws) => {
    const bytes = Buffer.alloc(65536, 'x');
    let left = 320;
    const next = () => { left -= 1; if (left >= 0) ws.send(bytes, next); else ws.close(1000); };
    next();
  },
  '/closes': (ws) => ws.close(4001, 'because'),
  '/drops': (ws) => { ws.send('last'); setTimeout(() => ws.terminate(), 20); },
  '/waits': () => {},
  '/heard': (ws) => ws.send(JSON.stringify({ heard, tunnels })),
};

const server = new WebSocketServer({ noServer: true, maxPayload: 64 << 20, handleProtocols: (all) => [...all][0] });

function refuse(socket) {
  socket.end(`HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: ${REFUSED.length}\r\n`
    + `Connection: close\r\n\r\n${REFUSED}`);
}

function upgrade(req, socket, head) {
  socket.on('error', () => {});
  const where = new URL(req.url, 'http://x').pathname.replace(/^\/v1/, '');
  if (!PATHS[where]) {
    refuse(socket);
    return;
  }
  server.handleUpgrade(req, socket, head, (ws) => {
    ws.on('error', () => {});
    if (where !== '/heard') ws.on('close', (code, reason) => { heard = { code, reason: String(reason) }; });
    PATHS[where](ws);
  });
}

function tunnel(req, socket, head) {
  tunnels += 1;
  const [host, port] = req.url.split(':');
  const inner = net.connect(port, host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    inner.write(head);
    inner.pipe(socket).pipe(inner);
  });
  inner.on('error', () => socket.destroy());
  socket.on('error', () => inner.destroy());
}

const listen = (made) => new Promise((done) => { made.listen(0, '127.0.0.1', () => done(made.address().port)); });

async function start() {
  const tls = { cert: fs.readFileSync(cert), key: fs.readFileSync(key) };
  const ports = [
    await listen(http.createServer().on('upgrade', upgrade)),
    await listen(https.createServer(tls).on('upgrade', upgrade)),
    await listen(http.createServer().on('connect', tunnel)),
  ];
  process.stdout.write(`${ports.join(' ')}\n`);
}

setTimeout(() => process.exit(0), seconds * 1000);
start();

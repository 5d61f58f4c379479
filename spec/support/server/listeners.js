'use strict';
// Opens the listeners: http, unix and, with certificates, https, https1 and mtls.
// All of them hand each request to one function; a client's misbehaviour ends
// its own connection only, never the process.

const http = require('http');
const http2 = require('http2');
const https = require('https');
const path = require('path');
const connections = require('./connections');
const front = require('./front');
const upgrade = require('./upgrade');

const HEADER_LIMIT = 1 << 20;
const STREAM_WINDOW = 1 << 20;
const SESSION_WINDOW = 8 << 20;
const H1 = { maxHeaderSize: HEADER_LIMIT };
const H2 = {
  allowHTTP1: true,
  settings: { initialWindowSize: STREAM_WINDOW, maxConcurrentStreams: 1000 },
};
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

// The name is the listener's; each makes a server from the certificates.
const PLAIN = {
  http: () => http.createServer(H1),
  unix: () => http.createServer(H1),
};
const SECURE = {
  https: (tls) => http2.createSecureServer({ ...H1, ...H2, ...tls }),
  https1: (tls) => https.createServer({ ...H1, ...tls }),
  mtls: (tls) => https.createServer({ ...H1, ...tls, requestCert: true, rejectUnauthorized: true }),
};

// A slow client (a debugger, a memory checker) must not be timed out.
const PATIENCE = {
  keepAliveTimeout: 600000,
  headersTimeout: 0,
  requestTimeout: 0,
  timeout: 0,
};

function refuse(error, socket) {
  if (socket.writable && error.code !== 'ECONNRESET') socket.end(BAD_REQUEST);
  else socket.destroy();
}

function widen(session) {
  session.on('error', () => {});
  try {
    session.setLocalWindowSize(SESSION_WINDOW);
  } catch (error) {
    session.destroy();
  }
}

function prepare(server, onRequest) {
  Object.assign(server, PATIENCE);
  server.on('request', (req, res) => onRequest(req, res, false));
  server.on('checkContinue', (req, res) => onRequest(req, res, true));
  server.on('upgrade', (req, socket, head) => onRequest(req, upgrade.take(req, socket, head), false));
  server.on('clientError', refuse);
  server.on('connection', (raw) => raw.setNoDelay(true).on('error', () => {}));
  return server;
}

function prepareSecure(server) {
  server.on('secureConnection', connections.adopt);
  server.on('tlsClientError', (error, socket) => socket.destroy());
  server.on('session', widen);
  server.on('sessionError', () => {});
}

function listen(server, where) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => resolve(server.address()));
  });
}

const LOCAL = { host: '127.0.0.1', port: 0, backlog: 2048 };

async function openPlain(name, place, onRequest) {
  const server = prepare(PLAIN[name](), onRequest);
  server.on('connection', (raw) => connections.accept(raw, name));
  return listen(server, place);
}

async function openSecure(name, tls, onRequest) {
  const server = prepare(SECURE[name](tls), onRequest);
  prepareSecure(server);
  const { port } = await listen(server, LOCAL);
  return listen(front.create(name, port), LOCAL);
}

async function open({ port, folder, tls }, onRequest) {
  const facts = {};
  facts.http = (await openPlain('http', { ...LOCAL, port }, onRequest)).port;
  facts.unix = await openPlain('unix', { path: path.join(folder, 'api.sock') }, onRequest);
  for (const name of tls ? Object.keys(SECURE) : []) {
    facts[name] = (await openSecure(name, tls, onRequest)).port;
  }
  return facts;
}

module.exports = { open };

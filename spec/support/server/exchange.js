'use strict';
// One request and its reply, alike over HTTP/1.1 and HTTP/2, for a script to play on.
// A script awaits one thing at a time; whatever it awaits is over when the
// client goes away, so that no script outlives its client.

const { existsSync } = require('fs');

const body = require('./body');
const connections = require('./connections');
const http1 = require('./http1');
const http2 = require('./http2');

const LINGER_MS = 3000;

function onClose(x) {
  if (x.gone) return;
  x.gone = true;
  x.connection.watchers.delete(x.watcher);
  clearTimeout(x.timer);
  if (x.release) x.release();
  if (x.onGone) x.onGone();
}

function open(req, res, expectsContinue) {
  const connection = connections.of(req);
  if (!connection) return null;
  const transport = req.httpVersionMajor === 2 ? http2 : http1;
  const x = {
    req, res, stream: req.stream, connection, transport, expectsContinue, body: body.create(),
    gone: false, done: false, timer: null, release: null, onGone: null, onDone: null, onSocket: null,
  };
  x.watcher = () => onClose(x);
  req.on('error', () => {});
  res.on('error', () => {});
  res.once('finish', () => transport.aborted(x) || finish(x));
  res.once('close', x.watcher);
  connection.watchers.add(x.watcher);
  return x;
}

// The script has done all it wanted: what happens next is not the client's abort.
function finish(x) {
  if (x.done) return;
  x.done = true;
  if (x.onDone) x.onDone();
}

// Resolves when start() calls back or when the client has gone.
function until(x, start) {
  return new Promise((resolve) => {
    if (x.gone) return resolve();
    x.release = resolve;
    return start(resolve);
  });
}

function pause(x, seconds) {
  return until(x, (done) => { x.timer = setTimeout(done, seconds * 1000); });
}

// Waits until a file of that path is there.
async function appearance(x, file) {
  while (!x.gone && !existsSync(file)) await pause(x, 0.005);
}

const stall = (x) => until(x, () => {});
const write = (x, bytes) => until(x, (done) => x.res.write(bytes, () => done()));
const drain = (x) => until(x, (done) => x.res.once('drain', done));
const end = (x, bytes) => until(x, (done) => x.res.end(bytes, () => done()));

function raw(x, bytes) {
  return until(x, (done) => x.transport.raw(x, bytes, () => done()));
}

function readBody(x) {
  if (x.expectsContinue) x.res.writeContinue();
  x.expectsContinue = false;
  x.body.read(x.req);
}

function reset(x, scope) {
  finish(x);
  if (scope === 'connection') connections.reset(x.connection);
  else x.transport.reset(x);
}

// Closes our side and lets the client close its own, for a while: closing at
// once with unread data pending would turn the FIN into a reset.
function close(x) {
  const { raw: tcp } = x.connection;
  finish(x);
  x.transport.close(x);
  setTimeout(() => tcp.destroy(), LINGER_MS).unref();
}

// True when it ended the exchange; a graceful end of the session does not.
function goaway(x, how) {
  const ends = x.transport.goaway(x, how);
  if (ends) finish(x);
  return ends;
}

module.exports = {
  open, finish, until, pause, appearance, stall, write, drain, end, raw, readBody, reset, close, goaway,
};

'use strict';
// Plays one compiled reply onto an exchange: header, body or steps, timing, faults.
// It never throws: a script that cannot be played becomes a 599 reply that says why.

const { constants, createGzip } = require('zlib');
const exchange = require('./exchange');
const socket = require('./socket');
const steps = require('./steps');

function bodyRead(x) {
  exchange.readBody(x);
  return x.body.settled || exchange.until(x, (done) => { x.body.onEnd = done; });
}

function sendHead(x, script, requestId) {
  const headers = script.namesRequest || !requestId
    ? script.headers
    : [...script.headers, ['x-request-id', requestId]];
  x.transport.head(x, script, headers);
}

const FAULTS = {
  reset: (x) => exchange.reset(x),
  close: (x) => exchange.close(x),
  stall: (x) => exchange.stall(x),
};

async function refuseBody(x, script, requestId) {
  const closing = { ...script, headers: [...script.headers, ['Connection', 'close']] };
  sendHead(x, closing, requestId);
  await exchange.end(x, script.body);
  if (x.req.httpVersionMajor === 2) x.stream.close();
  else exchange.close(x);
}

// Each piece is flushed, so that the client can decode it at once.
function compressor(x) {
  const gzip = createGzip();
  const pieces = [];
  gzip.on('data', (piece) => pieces.push(piece));
  const drain = async () => exchange.write(x, Buffer.concat(pieces.splice(0)));
  const send = async (bytes) => {
    await new Promise((done) => {
      gzip.write(bytes);
      gzip.flush(constants.Z_SYNC_FLUSH, done);
    });
    await drain();
  };
  const end = async () => {
    await new Promise((done) => { gzip.once('end', done).end(); });
    await drain();
  };
  return { send, end };
}

async function playSteps(x, script) {
  x.res.flushHeaders();
  const gzip = script.gzip ? compressor(x) : null;
  const send = gzip ? gzip.send : (bytes) => exchange.write(x, bytes);
  const ended = await steps.playAll(x, script.steps, send, gzip);
  if (ended) return true;
  if (gzip) await gzip.end();
  await exchange.end(x);
  return false;
}

function afterReply(x, how) {
  if (!x.connection.open) return;
  if (how === 'reset') exchange.reset(x, 'connection');
  else if (how === 'close') exchange.close(x);
}

async function answer(x, script, requestId) {
  sendHead(x, script, requestId);
  const ended = script.steps ? await playSteps(x, script) : await exchange.end(x, script.body);
  if (ended !== true && script.after !== 'keep') afterReply(x, script.after);
}

async function writeRaw(x, bytes) {
  await exchange.raw(x, bytes);
  exchange.close(x);
}

// Over HTTP/1.1 nothing is read any more from a connection that the reply ends:
// what its client sends meanwhile is no request that was taken.
function announceEnd(x, script) {
  const ends = script.raw || (script.after && script.after !== 'keep');
  if (ends && x.req.httpVersionMajor === 1) x.connection.ending = true;
}

async function perform(x, script, requestId) {
  announceEnd(x, script);
  if (script.readAfter) await exchange.appearance(x, script.readAfter);
  if (!script.early) await bodyRead(x);
  else if (script.fault !== 'refuse_body') x.body.read(x.req);
  if (script.replyAfter) await exchange.appearance(x, script.replyAfter);
  if (script.delay) await exchange.pause(x, script.delay);
  if (x.gone) return;
  if (script.fault === 'refuse_body') await refuseBody(x, script, requestId);
  else if (script.fault) await FAULTS[script.fault](x);
  else if (script.socket) await socket.play(x, script, requestId);
  else if (script.raw) await writeRaw(x, script.raw);
  else await answer(x, script, requestId);
}

function confess(x, error) {
  if (x.gone) return;
  if (x.res.headersSent) {
    process.stderr.write(`spec server: ${error.message}\n`);
    exchange.reset(x, 'connection');
    return;
  }
  const text = JSON.stringify({ error: { message: error.message, type: 'scenario_error' } });
  for (const name of x.res.getHeaderNames()) x.res.removeHeader(name);
  x.res.writeHead(599, {
    'content-type': 'application/json', 'content-length': Buffer.byteLength(text),
  });
  x.res.end(text);
}

function play(x, script, requestId) {
  return perform(x, script, requestId).catch((error) => confess(x, error));
}

module.exports = { play, bodyRead };

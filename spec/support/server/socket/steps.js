'use strict';
// The steps of a socket, one function per step name. A step returns when its bytes have left.

const frames = require('./frames');
const values = require('./values');

const BLOCK = 65536;
const PATTERN = Buffer.from('0123456789abcdef'.repeat(BLOCK / 16));

// The bytes of a field given as a text, as base64, or as a value that is sent as JSON.
function bytesOf(step, field) {
  const encoded = step[`${field}_base64`];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64');
  const value = step[field];
  if (value === undefined || value === true) return Buffer.alloc(0);
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

// The payloads of a message's frames: pieces of one size, or of those listed and what is left.
function split(bytes, fragments) {
  if (!fragments) return [bytes];
  const list = Array.isArray(fragments) ? [...fragments] : [];
  const parts = [];
  let at = 0;
  const take = (size) => { parts.push(bytes.subarray(at, at + size)); at += size; };
  list.forEach(take);
  while (list.length === 0 && bytes.length - at > fragments) take(fragments);
  parts.push(bytes.subarray(at));
  return parts;
}

async function sendMessage(line, kind, bytes, step, context) {
  const parts = split(bytes, step.fragments);
  for (let i = 0; i < parts.length; i += 1) {
    if (i && step.every) await line.pause(step.every);
    if (i && step.between) await playList(line, step.between, context, true);
    const fin = i === parts.length - 1;
    await line.send(frames.frame(i ? 'continuation' : kind, parts[i], { fin }));
  }
}

// `inside`: between the fragments of a message, which has the line's turn already.
function message(kind, field) {
  return async (line, step, context, inside) => {
    for (let i = 1; i <= (step.times || 1) && !line.ended; i += 1) {
      if (i > 1 && step.every && !step.fragments) await line.pause(step.every);
      const filled = step.times ? values.expand(step, { i }) : step;
      const send = () => sendMessage(line, kind, bytesOf(filled, field), filled, context);
      await (inside ? send() : line.inTurn(send));
    }
  };
}

function rawBytes(bytesFor) {
  return (line, step, context, inside) => {
    const send = () => line.send(bytesFor(step));
    return inside ? send() : line.inTurn(send);
  };
}

function anyFrame({ frame: asked }) {
  const payload = bytesOf(asked, 'payload');
  const mask = asked.masked ? Buffer.from('mask') : null;
  return frames.frame(asked.kind, payload, { ...asked, mask });
}

// Waits for so many more messages, or frames of a kind, or events of a type.
async function awaitMore(line, step) {
  const wanted = step.await === true ? 1 : step.await;
  for (let i = 0; i < wanted && !line.ended; i += 1) {
    await line.when(() => line.next(step.kind, step.type));
  }
}

async function echo(line, step) {
  for (let i = 0; (step.echo === true || i < step.echo) && !line.ended; i += 1) {
    let found = null;
    await line.when(() => { found = line.next(); return found; });
    if (found) await line.inTurn(() => sendMessage(line, found.kind, found.bytes, step));
  }
}

async function flood(line, step) {
  const size = step.size || BLOCK;
  for (let left = step.flood; left > 0 && !line.ended; left -= size) {
    const bytes = Buffer.alloc(Math.min(size, left), PATTERN);
    await line.inTurn(() => line.send(frames.frame(step.kind || 'binary', bytes)));
  }
}

const closeFrame = (step) => frames.frame('close', frames.closePayload(step.close, bytesOf(step, 'reason')));

// Closes: when the client has closed too, which may be before, the connection ends.
async function close(line, step) {
  await line.inTurn(() => line.sendClose(closeFrame(step), step.close === true ? null : step.close));
  await line.when(() => line.ended);
}

async function several(line, step, context) {
  for (let i = 0; i < step.times && !line.ended; i += 1) await playList(line, step.steps, context);
}

// These wait, or end the connection: what is held back goes out before.
const PATIENT = new Set(['wait', 'await', 'echo', 'deaf', 'close', 'fin', 'cut', 'reset', 'release']);

// Looked up in this order: a step is known by the first of these fields it has.
const STEPS = [
  ['steps', several],
  ['flood', flood],
  ['close', close],
  ['frame', rawBytes(anyFrame)],
  ['send', message('text', 'send')],
  ['send_base64', message('text', 'send')],
  ['binary', message('binary', 'binary')],
  ['binary_base64', message('binary', 'binary')],
  ['ping', message('ping', 'ping')],
  ['ping_base64', message('ping', 'ping')],
  ['pong', message('pong', 'pong')],
  ['pong_base64', message('pong', 'pong')],
  ['raw', rawBytes((step) => bytesOf(step, 'raw'))],
  ['raw_base64', rawBytes((step) => bytesOf(step, 'raw'))],
  ['wait', (line, step) => line.pause(line.pace ?? step.wait)],
  ['await', awaitMore],
  ['echo', echo],
  ['deaf', (line, step) => line.deaf(step.deaf)],
  ['mute', (line, step) => { line.muted = step.mute; }],
  ['hold', (line) => line.hold()],
  ['release', () => {}],
  ['fin', (line) => line.end('fin')],
  ['cut', (line) => line.end('cut')],
  ['reset', (line) => line.end('reset')],
];

function find(step) {
  const found = STEPS.find(([field]) => field in step);
  if (!found) throw new Error(`a socket has no step ${JSON.stringify(step)}`);
  return found;
}

// An empty Lua table arrives as {}; the built-in API gives steps one by one.
const listOf = (value) => (value && typeof value[Symbol.iterator] === 'function' ? value : []);

// `context.event` is the client's event that these steps answer, if they do; where there is no context, texts are
// what they are.
async function playList(line, steps, context = {}, inside = false) {
  for (const step of listOf(steps)) {
    if (line.ended) return;
    const filled = context && values.isTemplate(step) ? values.expand(step, context) : step;
    const [name, play] = find(filled);
    if (PATIENT.has(name)) await line.release();
    await play(line, filled, context, inside);
  }
}

// Raises for a step that there is not, so that a scenario is refused when it is made.
function check(steps) {
  for (const step of listOf(steps)) {
    find(step);
    check(step.steps);
    check(step.between);
  }
}

module.exports = { playList, check, listOf };

'use strict';
// A connection that speaks HTTP/2, frame by frame: assembles requests, has the scene say what
// becomes of each, and keeps to the rules where no step breaks them.

const { Decoder, encode } = require('./hpack');
const { FLAGS, TYPES, frame, read, uint32 } = require('./frames');
const frameSteps = require('./http2_steps');
const steps = require('./steps');

const PREFACE = 24; // bytes with which a client begins
const MOST = 16384; // bytes in a frame
const KEPT = 4096;
const FIRST_WINDOW = 65535;
const OPEN_WINDOW = 1 << 24;
const INITIAL_WINDOW = 4;
const settings = (pairs) => Buffer.concat(pairs.map(([id, value]) => {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
}));

const isOpen = (scene) => scene.well || scene.window === undefined;

// Lets the client send as much as it likes, unless the scene has another window.
function openWindow(line) {
  const window = isOpen(line.scene) ? OPEN_WINDOW : line.scene.window;
  line.write(frame('SETTINGS', [], 0, settings([[INITIAL_WINDOW, window]])));
  if (window > 0) line.write(frame('WINDOW_UPDATE', [], 0, uint32(OPEN_WINDOW)));
}

// `owed` is what the connection may still be sent, `windows` what its streams may.
function begin(line) {
  line.state = {
    decoder: new Decoder(), requests: new Map(), block: null, owed: FIRST_WINDOW,
    first: FIRST_WINDOW, windows: new Map(),
  };
  openWindow(line);
}

function streamWindow({ windows, first }, id) {
  return windows.has(id) ? windows.get(id) : first;
}

const windowOf = (state, id) => Math.min(state.owed, streamWindow(state, id));

async function awaitWindow(line, id) {
  while (line.open && windowOf(line.state, id) <= 0) await steps.pause(0.005);
}

async function sendData(line, id, bytes, end) {
  const { state } = line;
  let at = 0;
  do {
    await awaitWindow(line, id);
    const size = Math.min(MOST, bytes.length - at, windowOf(state, id));
    state.owed -= size;
    state.windows.set(id, streamWindow(state, id) - size);
    const last = end && at + size === bytes.length;
    await line.write(frame('DATA', last ? ['END_STREAM'] : [], id, bytes.subarray(at, at + size)));
    at += size;
  } while (at < bytes.length && line.open);
}

function sendHeaders(line, id, pairs, end) {
  const flags = end ? ['END_HEADERS', 'END_STREAM'] : ['END_HEADERS'];
  return line.write(frame('HEADERS', flags, id, encode(pairs)));
}

async function reply(line, request, { status, pairs, body, length }) {
  const fields = [[':status', status], ...pairs, ['content-length', length]];
  await sendHeaders(line, request.stream, fields, false);
  await sendData(line, request.stream, body, true);
}

// A step may have been played for the header already; then nothing more is.
function answer(line, request, moment) {
  request.part = request.part || line.scene.choose(line, request);
  if ((request.part.on || 'body') !== moment) return;
  steps.play(line, request, request.part.steps);
}

function open(line, id, ended) {
  const { state } = line;
  const pairs = state.decoder.decode(state.block);
  const headers = Object.fromEntries(pairs);
  const request = { stream: id, method: headers[':method'], path: headers[':path'], headers, body: '' };
  state.block = null;
  state.requests.set(id, request);
  line.scene.note(line, request);
  answer(line, request, 'header');
  if (ended) answer(line, request, 'body');
}

function unpadded({ flags, payload }) {
  let bytes = payload;
  if (flags & FLAGS.PADDED) bytes = bytes.subarray(1, bytes.length - bytes[0]);
  return flags & FLAGS.PRIORITY ? bytes.subarray(5) : bytes;
}

function onHeaders(line, f) {
  line.state.block = unpadded(f);
  line.state.ends = Boolean(f.flags & FLAGS.END_STREAM);
  if (f.flags & FLAGS.END_HEADERS) open(line, f.stream, line.state.ends);
}

function onContinuation(line, f) {
  line.state.block = Buffer.concat([line.state.block, f.payload]);
  if (f.flags & FLAGS.END_HEADERS) open(line, f.stream, line.state.ends);
}

function onData(line, f) {
  const request = line.state.requests.get(f.stream);
  if (f.payload.length > 0 && isOpen(line.scene)) {
    line.write(frame('WINDOW_UPDATE', [], 0, uint32(f.payload.length)));
    line.write(frame('WINDOW_UPDATE', [], f.stream, uint32(f.payload.length)));
  }
  if (!request) return;
  if (request.body.length < KEPT) request.body += f.payload.toString('latin1');
  if (f.flags & FLAGS.END_STREAM) answer(line, request, 'body');
}

function onSettings(line, f) {
  if (f.flags & FLAGS.ACK) return;
  for (let at = 0; at < f.payload.length; at += 6) {
    if (f.payload.readUInt16BE(at) === INITIAL_WINDOW) line.state.first = f.payload.readUInt32BE(at + 2);
  }
  line.write(frame('SETTINGS', ['ACK'], 0));
}

function onWindow(line, f) {
  const { state } = line;
  const more = f.payload.readUInt32BE(0);
  if (f.stream === 0) state.owed += more;
  else state.windows.set(f.stream, streamWindow(state, f.stream) + more);
}

function onPing(line, f) {
  if (!(f.flags & FLAGS.ACK)) line.write(frame('PING', ['ACK'], 0, f.payload));
}

const HANDLERS = {
  [TYPES.HEADERS]: onHeaders,
  [TYPES.CONTINUATION]: onContinuation,
  [TYPES.DATA]: onData,
  [TYPES.SETTINGS]: onSettings,
  [TYPES.WINDOW_UPDATE]: onWindow,
  [TYPES.PING]: onPing,
};

function takeFrames(line, bytes) {
  let left = bytes;
  for (let f = read(left); f; f = read(left)) {
    if (HANDLERS[f.type] && !line.muted) HANDLERS[f.type](line, f);
    left = f.rest;
  }
  return left;
}

async function serve(line) {
  begin(line);
  let left = Buffer.alloc(0);
  let begun = false;
  while (await line.more()) {
    left = Buffer.concat([left, line.bytes()]);
    if (!begun && left.length >= PREFACE) {
      begun = true;
      left = left.subarray(PREFACE);
    }
    if (begun) left = takeFrames(line, left);
  }
  line.fin();
}

module.exports = { serve, reply, makeWell: openWindow, steps: frameSteps.make({ sendHeaders, sendData }) };

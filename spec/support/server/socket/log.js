'use strict';
// What the client of one socket sent, frame by frame and message by message, what it did
// against the protocol, and how the connection ended. Payloads are kept up to a budget.

const { isUtf8 } = require('buffer');
const { createHash } = require('crypto');

const BUDGET = 32 << 20;
const MOST = 50000; // frames or messages that are listed
const CONTROL = new Set(['close', 'ping', 'pong']);
const MOST_CONTROL = 125;
const now = () => Date.now() / 1000;

// `keep`: whether payloads, frames and messages are kept, and not only counted.
function create(req, keep) {
  const log = {
    frames: [], frames_total: 0, messages: [], messages_total: 0, bytes_sent: 0, bytes_received: 0,
    head_bytes: 0, close: null, close_sent: null, end: null, defects: [], keep, left: keep ? BUDGET : 0, open: null,
  };
  const key = Buffer.from(req.headers['sec-websocket-key'] || '', 'base64');
  const complain = (wrong, what) => wrong && log.defects.push(what);
  complain(key.length !== 16, 'the key is not 16 bytes');
  complain(req.headers['sec-websocket-version'] !== '13', 'the version is not 13');
  complain(req.method !== 'GET' || req.httpVersion !== '1.1', 'not GET over HTTP/1.1');
  return log;
}

function content(log, payload) {
  if (!log.keep) return { length: payload.length };
  if (payload.length > log.left) {
    return { length: payload.length, sha256: createHash('sha256').update(payload).digest('hex') };
  }
  log.left -= payload.length;
  return { length: payload.length, payload: Buffer.from(payload) };
}

function list(log, all, item) {
  if (log.keep && all.length < MOST) all.push(item);
}

// What is wrong with the frame by itself.
function wrong(log, frame) {
  if (!frame.masked) return 'a frame is not masked';
  if (frame.rsv) return 'a reserved bit is set';
  if (/^\d/.test(frame.kind)) return `no opcode ${frame.kind}`;
  if (log.close) return 'a frame after the close';
  if (!CONTROL.has(frame.kind)) return (frame.kind === 'continuation') === !log.open && 'a fragment out of order';
  if (!frame.fin) return 'a control frame in fragments';
  return frame.length > MOST_CONTROL && 'a control frame is too long';
}

function closeOf({ payload }) {
  const code = payload.length > 1 ? payload.readUInt16BE(0) : null;
  return { at: now(), code, reason: payload.subarray(2).toString() };
}

// The message that this frame completes: its kind and its bytes.
function assemble(log, frame) {
  if (frame.kind !== 'continuation') log.open = { kind: frame.kind, pieces: [] };
  if (!log.open) return null;
  const { kind, pieces } = log.open;
  pieces.push(frame.payload);
  if (!frame.fin) return null;
  log.open = null;
  return { kind, bytes: pieces.length === 1 ? pieces[0] : Buffer.concat(pieces) };
}

function enterMessage(log, { kind, bytes }) {
  if (kind === 'text' && !isUtf8(bytes)) log.defects.push('a text is not UTF-8');
  log.messages_total += 1;
  list(log, log.messages, { kind, at: now(), ...content(log, bytes) });
}

// Enters a frame; returns the message that it completes, if it does.
function enter(log, frame) {
  const defect = wrong(log, frame);
  if (defect) log.defects.push(defect);
  log.frames_total += 1;
  const { kind, fin, masked, mask } = frame;
  list(log, log.frames, {
    kind, fin, masked, mask: mask && mask.toString('hex'), at: now(), ...content(log, frame.payload),
  });
  if (kind === 'close') log.close = log.close || closeOf(frame);
  if (CONTROL.has(kind)) return null;
  const message = assemble(log, frame);
  if (message) enterMessage(log, message);
  return message;
}

function viewContent({ payload, ...item }) {
  return { ...item, payload_base64: payload ? payload.toString('base64') : null };
}

function view({ keep, left, open, ...log }) {
  return { ...log, frames: log.frames.map(viewContent), messages: log.messages.map(viewContent) };
}

module.exports = { create, enter, view };

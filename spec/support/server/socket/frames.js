'use strict';
// WebSocket frames (RFC 6455) as bytes, both ways. Nothing here knows whether one is allowed.

const { createHash } = require('crypto');

const OPCODES = {
  continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10,
};
const KINDS = Object.fromEntries(Object.entries(OPCODES).map(([kind, opcode]) => [opcode, kind]));
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const FIN = 0x80;
const MASKED = 0x80;
const NONE = Buffer.alloc(0);

const accept = (key) => createHash('sha1').update(`${key}${GUID}`).digest('base64');
const opcodeOf = (kind) => (typeof kind === 'number' ? kind : OPCODES[kind]);

function formFor(length) {
  if (length < 126) return 7;
  return length < 65536 ? 16 : 64;
}

// The length in 7, 16 or 64 bits, whether or not it needs them.
function lengthBytes(length, form, masked) {
  const mark = masked ? MASKED : 0;
  if (form === 7) return Buffer.from([mark | length]);
  const bytes = Buffer.alloc(form === 16 ? 3 : 9);
  bytes[0] = mark | (form === 16 ? 126 : 127);
  if (form === 16) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

function apply(mask, payload) {
  const bytes = Buffer.from(payload);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] ^= mask[i & 3];
  return bytes;
}

// `length` is what the frame says, a number or its digits, if it is not what follows.
function frame(kind, payload = NONE, { fin = true, rsv = 0, mask = null, length = payload.length, form } = {}) {
  const first = (fin ? FIN : 0) | (rsv << 4) | opcodeOf(kind);
  const head = [Buffer.from([first]), lengthBytes(length, form || formFor(length), mask)];
  if (mask) head.push(mask, apply(mask, payload));
  else head.push(payload);
  return Buffer.concat(head);
}

function closePayload(code, reason = NONE) {
  if (typeof code !== 'number') return reason;
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code, 0);
  return Buffer.concat([bytes, reason]);
}

const SIZES = { 126: 4, 127: 10 };

// The head of the frame in these bytes, or of how many bytes it is if it is not whole.
function readHead(bytes) {
  const masked = (bytes[1] & MASKED) !== 0;
  const short = bytes[1] & 127;
  const plain = SIZES[short] || 2;
  const size = plain + (masked ? 4 : 0);
  if (bytes.length < size) return { size, whole: false };
  const length = { 126: () => bytes.readUInt16BE(2), 127: () => Number(bytes.readBigUInt64BE(2)) }[short];
  return {
    size, whole: true, masked, length: length ? length() : short,
    opcode: bytes[0] & 15, fin: (bytes[0] & FIN) !== 0, rsv: (bytes[0] >> 4) & 7,
    mask: masked ? bytes.subarray(plain, size) : null,
  };
}

const LEAST = 2;

// Bytes as they come -> frames, in a time that grows with their number alone.
class Reader {
  constructor() {
    Object.assign(this, { pieces: [], held: 0, needed: LEAST, head: null });
  }

  // The frames that are whole now.
  take(bytes) {
    this.pieces.push(bytes);
    this.held += bytes.length;
    const frames = [];
    while (this.held >= this.needed) {
      const all = this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.pieces);
      const found = this.read(all);
      if (found) frames.push(found);
      else this.pieces = [all];
    }
    return frames;
  }

  read(all) {
    const head = readHead(all);
    this.needed = head.size + (head.length || 0);
    if (!head.whole || all.length < this.needed) return null;
    const payload = all.subarray(head.size, this.needed);
    this.pieces = [all.subarray(this.needed)];
    this.held -= this.needed;
    this.needed = LEAST;
    const kind = KINDS[head.opcode] || String(head.opcode);
    return { ...head, kind, payload: head.masked ? apply(head.mask, payload) : payload };
  }
}

module.exports = { accept, frame, closePayload, Reader };

'use strict';
// HTTP/2 frames as bytes, both ways. Nothing here knows whether one is allowed.

const TYPES = {
  DATA: 0, HEADERS: 1, PRIORITY: 2, RST_STREAM: 3, SETTINGS: 4, PUSH_PROMISE: 5, PING: 6, GOAWAY: 7,
  WINDOW_UPDATE: 8, CONTINUATION: 9,
};
const FLAGS = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 32 };
const ERRORS = {
  NO_ERROR: 0, PROTOCOL_ERROR: 1, INTERNAL_ERROR: 2, FLOW_CONTROL_ERROR: 3, SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5, FRAME_SIZE_ERROR: 6, REFUSED_STREAM: 7, CANCEL: 8, COMPRESSION_ERROR: 9,
  CONNECT_ERROR: 10, ENHANCE_YOUR_CALM: 11, INADEQUATE_SECURITY: 12, HTTP_1_1_REQUIRED: 13,
};
const HEADER = 9;

const codeOf = (names, value) => (typeof value === 'number' ? value : names[value]);

function uint32(...values) {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
}

// `length` is what the frame says, if it is not what follows.
function frame(type, flags, stream, payload = Buffer.alloc(0), length = payload.length) {
  const head = Buffer.alloc(HEADER);
  head.writeUIntBE(length, 0, 3);
  head[3] = codeOf(TYPES, type);
  head[4] = flags.reduce((all, flag) => all | codeOf(FLAGS, flag), 0);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

// The first frame in these bytes and what is behind it; null when it is not whole.
function read(bytes) {
  if (bytes.length < HEADER) return null;
  const end = HEADER + bytes.readUIntBE(0, 3);
  if (bytes.length < end) return null;
  return {
    type: bytes[3], flags: bytes[4], stream: bytes.readUInt32BE(5) & 0x7fffffff,
    payload: bytes.subarray(HEADER, end), rest: bytes.subarray(end),
  };
}

module.exports = { TYPES, FLAGS, ERRORS, codeOf, uint32, frame, read };

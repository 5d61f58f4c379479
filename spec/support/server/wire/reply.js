'use strict';
// A reply as fields -> header pairs and the bytes of its body: what is encoded, cut, spoilt.
// How it goes over the wire is http1.js's and http2.js's.

const zlib = require('zlib');
const { bytesOf, pairsOf } = require('./bytes');
const { answer } = require('./well');

const ENCODINGS = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  identity: (bytes) => bytes,
};

function encoded(body, encodings) {
  return encodings.reduce((bytes, name) => (ENCODINGS[name] || ENCODINGS.identity)(bytes), body);
}

// What is `missing` counts in the length that is said. Without its last `cut` bytes, with the byte `flip` from the end changed, with `append` behind.
function spoilt(bytes, reply) {
  const copy = Buffer.from(bytes.subarray(0, bytes.length - (reply.cut || 0)));
  if (reply.flip) copy[copy.length - reply.flip] ^= 255;
  return reply.append ? Buffer.concat([copy, Buffer.from(reply.append)]) : copy;
}

function compile(reply, scene, request) {
  const encodings = Array.isArray(reply.encoded) ? reply.encoded : []; // an empty Lua table is {}
  const plain = reply.body === undefined && reply.body_base64 === undefined
    ? Buffer.from(answer(request).body) : bytesOf(reply, 'body', scene, request);
  const pairs = [
    ['content-type', reply.type || answer(request).type],
    ...pairsOf(reply.headers || [], scene, request),
  ];
  const says = reply.says || encodings.join(', ');
  if (says) pairs.push(['content-encoding', says]);
  const body = spoilt(encoded(plain, encodings), reply);
  return { status: reply.status || 200, pairs, body, length: body.length + (reply.missing || 0) };
}

// A beginning of gzip whose text is blanks and that may go on for ever, a megabyte in a kilobyte.
function bomb() {
  const start = zlib.gzipSync('', { level: 0 }).subarray(0, 10);
  const flushed = { level: 1, finishFlush: zlib.constants.Z_FULL_FLUSH };
  const block = zlib.deflateRawSync(Buffer.alloc(1 << 20, ' '), flushed);
  return { start, block };
}

module.exports = { compile, bomb };

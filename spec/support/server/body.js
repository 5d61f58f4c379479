'use strict';
// Reads one request body: its length, its digest and, up to a limit, its bytes.
// Memory stays bounded whatever the client sends.

const { createHash } = require('crypto');

const KEEP_LIMIT = 8 << 20;
const EMPTY_DIGEST = createHash('sha256').digest('hex');

function take(body, chunk) {
  body.length += chunk.length;
  body.hash = body.hash || createHash('sha256');
  body.hash.update(chunk);
  if (body.length <= KEEP_LIMIT) body.chunks.push(chunk);
  else body.chunks = [];
}

function settle(body, complete) {
  if (body.settled) return;
  body.settled = true;
  body.complete = complete;
  if (body.onEnd) body.onEnd();
}

function create() {
  const body = {
    length: 0, chunks: [], hash: null, complete: false, reading: false, settled: false,
    onEnd: null,
  };
  body.read = (req) => {
    if (body.reading) return;
    body.reading = true;
    req.on('data', (chunk) => take(body, chunk));
    req.once('end', () => settle(body, req.complete !== false));
    req.once('close', () => settle(body, false));
  };
  return body;
}

// Null for a body over the limit: its bytes were not kept.
function bytes(body) {
  return body.length > KEEP_LIMIT ? null : Buffer.concat(body.chunks);
}

function digest(body) {
  return body.hash ? body.hash.copy().digest('hex') : EMPTY_DIGEST;
}

module.exports = { create, bytes, digest };

'use strict';
// What differs for a reply over HTTP/2: header form, reset, end of a session.
// Headers that belong to a connection are left out, the protocol forbids them.

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = require('http2').constants;
const connections = require('./connections');

const CONNECTION_HEADERS = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade',
]);

function fold(pairs) {
  const headers = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (CONNECTION_HEADERS.has(key)) continue;
    headers[key] = key in headers ? [].concat(headers[key], value) : value;
  }
  return headers;
}

function head(x, script, headers) {
  x.res.writeHead(script.status, fold(headers));
}

// Bytes of ours between the session's frames abort the whole process.
function raw() {
  throw new Error('raw bytes need HTTP/1.1');
}

// A reply cut short by its client is reported as finished too, unlike in HTTP/1.1.
const aborted = (x) => x.stream.aborted || x.stream.rstCode > 0;

const close = (x) => connections.end(x.connection);
const reset = (x) => x.stream.close(NGHTTP2_INTERNAL_ERROR);

// "graceful" only announces the end; anything else ends the session at once.
function goaway(x, how) {
  const { session } = x.stream;
  if (how === 'graceful') session?.goaway(NGHTTP2_NO_ERROR);
  else session?.destroy(undefined, NGHTTP2_INTERNAL_ERROR);
  return how !== 'graceful';
}

module.exports = { head, raw, aborted, close, reset, goaway };

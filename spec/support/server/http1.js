'use strict';
// What differs for a reply over HTTP/1.1: header form, reset, end of a session.
// Header names keep their spelling and order; nothing here may touch HTTP/2.

const connections = require('./connections');

function head(x, script, pairs) {
  const headers = pairs.flat();
  if (script.chunked === false) x.res.useChunkedEncodingByDefault = false;
  if (script.reason === null) x.res.writeHead(script.status, headers);
  else x.res.writeHead(script.status, script.reason, headers);
}

const reset = (x) => connections.reset(x.connection);

function goaway(x) {
  reset(x);
  return true;
}

const raw = (x, bytes, done) => x.connection.socket.write(bytes, done);

const close = (x) => x.connection.socket.end();
const aborted = () => false;

module.exports = { head, raw, aborted, close, reset, goaway };

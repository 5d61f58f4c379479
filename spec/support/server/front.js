'use strict';
// The TCP front of a TLS listener: passes bytes between a client and the TLS server.
// With it the client's socket is a plain one: it can be reset at any moment, and its
// end is always noticed. Neither holds for a socket that carries an HTTP/2 session,
// where a reset can abort the process and a client's end in mid-download gets lost.

const net = require('net');
const connections = require('./connections');

const GRACE_MS = 200;
const HALF_OPEN = { allowHalfOpen: true };

function join(client, inner) {
  client.pipe(inner);
  inner.pipe(client);
}

function lead(client, listener, port) {
  const connection = connections.accept(client, listener);
  const inner = net.connect({ port, host: '127.0.0.1', noDelay: true, ...HALF_OPEN });
  inner.on('error', () => {});
  inner.once('connect', () => {
    connections.link(connection, inner.localPort);
    join(client, inner);
  });
  // A TLS client that has ended its side is gone; an HTTP/2 session may not see that.
  client.once('end', () => setTimeout(() => client.destroy(), GRACE_MS).unref());
  client.once('close', () => inner.destroy());
  inner.once('close', (failed) => {
    if (failed) client.destroy();
    else client.end();
  });
}

function create(listener, port) {
  return net.createServer(HALF_OPEN, (client) => lead(client, listener, port));
}

module.exports = { create };

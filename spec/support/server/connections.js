'use strict';
// Every open TCP connection: its stable id, its listener and its sockets.
// `raw` is the client's TCP socket, `socket` the one HTTP/1.1 speaks on: the same,
// or the TLS socket that the front (front.js) leads to.

const SETTLE_MS = 20;
const CONNECTION = Symbol('connection');
const byLink = new Map();
const openCount = {};
let count = 0;

function forget(connection) {
  connection.open = false;
  openCount[connection.listener] -= 1;
  if (connection.link) byLink.delete(connection.link);
  for (const tell of connection.watchers) tell();
}

function accept(raw, listener) {
  count += 1;
  openCount[listener] = (openCount[listener] || 0) + 1;
  const connection = {
    id: `c${count}`, listener, raw, socket: raw, open: true, ending: false, watchers: new Set(), link: null,
    remotePort: raw.remotePort || null,
  };
  raw[CONNECTION] = connection;
  raw.setNoDelay(true);
  raw.on('error', () => {});
  raw.once('close', () => forget(connection));
  return connection;
}

// The port of the front's own end of its link to the TLS server behind it.
function link(connection, port) {
  connection.link = port;
  byLink.set(port, connection);
}

function adopt(secure) {
  const connection = byLink.get(secure.remotePort);
  secure.on('error', () => {});
  if (!connection) {
    secure.destroy();
    return;
  }
  connection.socket = secure;
  secure[CONNECTION] = connection;
}

// A request whose connection died on the way in has none.
const of = (req) => req.socket && req.socket[CONNECTION];

// What a TLS server has written still has to pass the front, which takes a turn
// of the event loop; the client must get all of it before its connection ends.
function settled(connection, act) {
  if (!connection.link) act();
  else setTimeout(() => setImmediate(() => setImmediate(act)), SETTLE_MS);
}

// A unix socket knows no reset.
function resetNow(raw) {
  try {
    raw.resetAndDestroy();
  } catch (error) {
    raw.destroy();
  }
}

const reset = (connection) => settled(connection, () => resetNow(connection.raw));
const end = (connection) => settled(connection, () => connection.raw.end());

module.exports = { accept, link, adopt, of, reset, end, openCount };

'use strict';
// A request that asks to go on in another protocol, which Node hands over without a response:
// makes it a request like any other, whose reply ends the connection unless it is a socket's.
// What the client sends before it has been answered is kept for the socket.

const { ServerResponse } = require('http');

function respond(req, socket) {
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket);
  res.once('finish', () => {
    if (!req.early) return;
    res.detachSocket(socket);
    socket.end();
  });
  return res;
}

function take(req, socket, head) {
  const early = [head];
  const keep = (bytes) => early.push(bytes);
  socket.on('data', keep);
  socket.once('end', () => req.early && socket.destroy()); // the client has left before it was answered
  req.early = () => {
    socket.off('data', keep);
    req.early = null;
    return early;
  };
  return respond(req, socket);
}

module.exports = { take };

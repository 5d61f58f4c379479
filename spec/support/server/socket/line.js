'use strict';
// One connection that has become a socket: what is sent, byte by byte counted, and cut where the
// scenario says; frames that come, which all who wait are told of. Whoever waits goes on when the
// connection has ended.

const connections = require('../connections');
const exchange = require('../exchange');
const log = require('./log');
const { Reader } = require('./frames');

const LINGER_MS = 3000;

class Line {
  // `cut`: `{at, heard, how}`, so many bytes of ours or of the client's; `pieces`: `{size, every}`.
  constructor(x, { cut, pieces }) {
    const { socket } = x.connection;
    Object.assign(this, { x, socket, cut, pieces, ended: false, gone: false, muted: false });
    Object.assign(this, { held: null, reader: new Reader(), onFrame: null, inbox: [] });
    this.log = log.create(x.req, Boolean(x.onSocket));
    this.waiting = new Set(); // who waits for a time, for bytes to leave, or for frames to come
    this.turn = Promise.resolve(); // messages of ours go out one after the other
  }

  // From now on what the client sends is read; `onFrame` is told of each frame.
  open(onFrame) {
    const { socket, x } = this;
    this.onFrame = onFrame;
    for (const bytes of x.req.early()) this.take(bytes);
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('end', () => this.clientEnded('fin'));
    for (const end of [socket, x.connection.raw]) {
      end.on('error', (error) => this.clientEnded(error.code === 'ECONNRESET' ? 'reset' : error.code));
      end.on('close', () => this.over());
    }
    x.res.detachSocket(socket);
  }

  take(all) {
    const room = (this.cut?.heard ?? Infinity) - this.log.bytes_received;
    const bytes = room < all.length ? all.subarray(0, Math.max(0, room)) : all;
    this.log.bytes_received += bytes.length;
    for (const found of bytes.length ? this.reader.take(bytes) : []) {
      const message = log.enter(this.log, found);
      this.onFrame(found, message);
    }
    this.wake();
    if (room <= all.length) this.end(this.cut.how || 'fin');
  }

  wake() {
    for (const wake of [...this.waiting]) wake();
  }

  clientEnded(how) {
    this.log.end = this.log.end || `client: ${how}`;
    if (!this.muted) this.socket.end();
    if (how !== 'fin') this.over();
  }

  over() {
    this.ended = true;
    this.gone = true;
    this.log.end = this.log.end || 'client: gone';
    this.wake();
  }

  // Resolves when start() calls back or when the connection has gone.
  until(start) {
    return new Promise((resolve) => {
      const settle = () => { this.waiting.delete(wake); resolve(); };
      const wake = () => this.gone && settle();
      this.waiting.add(wake);
      if (this.gone) settle();
      else start(settle);
    });
  }

  // The next frame of a kind, by default the next message, and of a type; all before it are passed by.
  next(kind, type) {
    while (this.inbox.length > 0) {
      const item = this.inbox.shift();
      const fits = kind ? item.kind === kind : item.isMessage;
      if (fits && (!type || (item.event && item.event.type === type))) return item;
    }
    return null;
  }

  // Resolves when it is so, or when the connection has gone.
  when(condition) {
    return new Promise((resolve) => {
      const wake = () => {
        if (!this.gone && !condition()) return;
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
      wake();
    });
  }

  async pause(seconds) {
    let timer;
    await this.until((done) => { timer = setTimeout(done, seconds * 1000); });
    clearTimeout(timer);
  }

  async deaf(seconds) {
    this.socket.pause();
    await this.pause(seconds);
    this.socket.resume();
  }

  write(bytes) {
    this.log.bytes_sent += bytes.length;
    return this.until((done) => this.socket.write(bytes, done));
  }

  async writeInPieces(bytes) {
    const { size, every } = this.pieces;
    for (let at = 0; at < bytes.length && !this.ended; at += size) {
      if (at && every) await this.pause(every);
      await this.write(bytes.subarray(at, at + size));
    }
  }

  // From here on bytes are held back, to go out at once.
  hold() {
    this.held = this.held || [];
  }

  async release() {
    const bytes = this.held && Buffer.concat(this.held);
    this.held = null;
    if (bytes && bytes.length) await this.send(bytes);
  }

  // All that is sent passes here; resolves when it has left.
  async send(bytes) {
    if (this.ended) return;
    if (this.held) { this.held.push(bytes); return; }
    const room = (this.cut?.at ?? Infinity) - this.log.bytes_sent;
    const part = room < bytes.length ? bytes.subarray(0, room) : bytes;
    if (this.pieces) await this.writeInPieces(part);
    else if (part.length) await this.write(part);
    if (room <= bytes.length) this.end(this.cut.how || 'fin');
  }

  // Sends one message or control frame after another, though steps may run beside each other.
  inTurn(send) {
    this.turn = this.turn.then(send);
    return this.turn;
  }

  async sendClose(bytes, code) {
    this.log.close_sent = { code };
    await this.send(bytes);
    if (this.log.close) this.end('fin');
  }

  // Ends the connection: `fin` properly, `cut` without TLS's notice, `reset`, `stall` never.
  end(how) {
    if (this.ended) return;
    this.ended = true;
    this.log.end = this.log.end || `server: ${how}`;
    exchange.finish(this.x);
    if (how === 'fin') this.socket.end();
    else if (how === 'cut') connections.end(this.x.connection);
    else if (how === 'reset') connections.reset(this.x.connection);
    if (how === 'fin' || how === 'cut') setTimeout(() => this.x.connection.raw.destroy(), LINGER_MS).unref();
  }
}

module.exports = { Line };

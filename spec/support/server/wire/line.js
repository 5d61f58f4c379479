'use strict';
// One connection of a scene: bytes that have come and are not used up, bytes to send. It knows no
// protocol. Whoever waits on it goes on when the connection has ended.

class Line {
  constructor(scene, socket, raw, number) {
    Object.assign(this, { scene, socket, raw, number, open: true, muted: false, received: 0 });
    this.pieces = [];
    this.waiting = null;
    this.leaving = new Set(); // who waits for bytes to leave
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('end', () => this.wake());
    for (const end of [socket, raw]) {
      end.on('error', () => this.over());
      end.on('close', () => this.over());
    }
  }

  take(bytes) {
    this.received += bytes.length;
    if (!this.muted) this.pieces.push(bytes);
    this.wake();
  }

  wake() {
    const { waiting } = this;
    this.waiting = null;
    if (waiting) waiting();
  }

  over() {
    this.open = false;
    this.wake();
    for (const resolve of this.leaving) resolve();
    this.leaving.clear();
  }

  // All that has come; what is not used is to be given back.
  bytes() {
    const all = this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.pieces);
    this.pieces = [];
    return all;
  }

  giveBack(bytes) {
    if (bytes.length > 0) this.pieces.unshift(bytes);
  }

  // Resolves when something has come or the connection has ended: false.
  more() {
    if (this.pieces.length > 0) return Promise.resolve(true);
    if (!this.open || this.socket.readableEnded) return Promise.resolve(false);
    this.socket.resume();
    return new Promise((resolve) => {
      this.waiting = () => resolve(this.pieces.length > 0);
    });
  }

  // Resolves when the connection has ended.
  gone() {
    return new Promise((resolve) => {
      if (this.open) this.leaving.add(resolve);
      else resolve();
    });
  }

  // Resolves when they have left, or when the connection has ended.
  write(bytes) {
    if (!this.open) return Promise.resolve();
    return new Promise((resolve) => {
      this.leaving.add(resolve);
      this.socket.write(bytes, () => {
        this.leaving.delete(resolve);
        resolve();
      });
    });
  }

  pause() {
    this.socket.pause();
  }

  fin() {
    this.socket.end();
  }

  // The end of the connection, of which TLS says nothing.
  cut() {
    this.raw.end();
  }

  reset() {
    this.over();
    try {
      this.raw.resetAndDestroy();
    } catch (error) {
      this.raw.destroy();
    }
    this.socket.destroy();
  }
}

module.exports = { Line };

'use strict';
// What the stand-in hears and plays: PCM of 16 bits and 24 kHz. It hears whether there is a sound,
// and plays a tone.

const RATE = 24000;
const BYTES = 2; // a sample
const LOUD = 500;
const STRIDE = 7; // of samples that are looked at
const HERTZ = 220;
const SILENCE = 0.2; // seconds, which end a turn

const seconds = (bytes) => bytes / RATE / BYTES;

function isLoud(bytes) {
  for (let at = 0; at + BYTES <= bytes.length; at += BYTES * STRIDE) {
    if (Math.abs(bytes.readInt16LE(at)) > LOUD) return true;
  }
  return false;
}

// A tone that is so many seconds long, higher with each number, as base64.
function tone(length, number) {
  const bytes = Buffer.alloc(Math.round(length * RATE) * BYTES);
  const step = (2 * Math.PI * HERTZ * 2 ** ((number % 12) / 12)) / RATE;
  for (let i = 0; i * BYTES < bytes.length; i += 1) {
    bytes.writeInt16LE(Math.round(4000 * Math.sin(i * step)), i * BYTES);
  }
  return bytes.toString('base64');
}

// Hears sound and silence: where a sound begins, and where a silence ends the turn.
class Ear {
  constructor() {
    this.clear();
  }

  clear() {
    Object.assign(this, { heard: 0, silent: 0, speaking: false });
  }

  seconds() {
    return seconds(this.heard);
  }

  // "begun", "ended" or null.
  hear(bytes) {
    this.heard += bytes.length;
    if (isLoud(bytes)) {
      const begins = !this.speaking;
      Object.assign(this, { silent: 0, speaking: true });
      return begins ? 'begun' : null;
    }
    this.silent += bytes.length;
    if (!this.speaking || seconds(this.silent) < SILENCE) return null;
    this.speaking = false;
    return 'ended';
  }
}

module.exports = { RATE, Ear, tone };

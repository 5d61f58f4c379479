'use strict';
// What the stand-in hears and plays: PCM of 16 bits and 24 kHz, as base64. It hears whether there
// is a sound, and plays a tone.

const RATE = 24000;
const BYTES = 2; // a sample
const LOUD = 500;
const STRIDE = 7; // of samples that are looked at
const HERTZ = 220;

const seconds = (bytes) => bytes / RATE / BYTES;

function isLoud(bytes) {
  for (let at = 0; at + BYTES <= bytes.length; at += BYTES * STRIDE) {
    if (Math.abs(bytes.readInt16LE(at)) > LOUD) return true;
  }
  return false;
}

// A tone that is so many seconds long, higher with each number.
function tone(length, number) {
  const bytes = Buffer.alloc(Math.round(length * RATE) * BYTES);
  const step = (2 * Math.PI * HERTZ * 2 ** ((number % 12) / 12)) / RATE;
  for (let i = 0; i * BYTES < bytes.length; i += 1) {
    bytes.writeInt16LE(Math.round(4000 * Math.sin(i * step)), i * BYTES);
  }
  return bytes.toString('base64');
}

module.exports = { RATE, seconds, isLoud, tone };

'use strict';
// The steps of a reply's body, one function per step name.
// A step returns when its bytes have left for the socket; true means that
// nothing may follow it.

const exchange = require('./exchange');
const { bytesOf } = require('./script');

const PATTERN = '0123456789abcdef';
const BLOCK = Buffer.from(PATTERN.repeat((256 << 10) / PATTERN.length));

async function write(x, step, send) {
  await send(bytesOf(step, 'write'));
}

async function repeat(x, step, send) {
  const bytes = bytesOf(step, 'write');
  for (let i = 0; i < step.repeat && !x.gone; i += 1) {
    if (i && step.every) await exchange.pause(x, step.every);
    await send(bytes);
  }
}

async function split(x, step, send) {
  const bytes = bytesOf(step, 'split');
  const size = step.size || 1;
  for (let at = 0; at < bytes.length && !x.gone; at += size) {
    if (at && step.every) await exchange.pause(x, step.every);
    await send(bytes.subarray(at, at + size));
  }
}

async function fill(x, step) {
  for (let left = step.fill; left > 0 && !x.gone; left -= BLOCK.length) {
    const block = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
    if (!x.res.write(block)) await exchange.drain(x);
  }
}

async function fillGzip(x, step, send) {
  for (let left = step.fill; left > 0 && !x.gone; left -= BLOCK.length) {
    await send(left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK);
  }
}

async function raw(x, step) {
  await exchange.raw(x, bytesOf(step, 'raw'));
}

async function stall(x) {
  await exchange.stall(x);
  return true;
}

function ending(act) {
  return async (x, argument) => {
    act(x, argument);
    return true;
  };
}

// Looked up in this order: a step is known by the first of these fields it has.
const STEPS = [
  ['headers', async () => false],
  ['after', (x, step) => exchange.appearance(x, step.after)],
  ['wait', (x, step) => exchange.pause(x, step.wait)],
  ['repeat', repeat],
  ['write', write],
  ['write_base64', write],
  ['split', split],
  ['split_base64', split],
  ['fill', (x, step, send, gzip) => (gzip ? fillGzip : fill)(x, step, send)],
  ['raw', raw],
  ['raw_base64', raw],
  ['reset', ending((x, step) => exchange.reset(x, step.reset))],
  ['goaway', async (x, step) => exchange.goaway(x, step.goaway)],
  ['close', ending((x) => exchange.close(x))],
  ['stall', stall],
];

async function play(x, step, send, gzip) {
  const found = STEPS.find(([field]) => field in step);
  if (!found) throw new Error(`unknown step ${JSON.stringify(step)}`);
  return found[1](x, step, send, gzip);
}

// True when a step ended the exchange by itself.
async function playAll(x, steps, send, gzip) {
  for (const step of steps) {
    if (x.gone) return true;
    if ('end' in step) return false;
    if (await play(x, step, send, gzip) === true) return true;
  }
  return x.gone;
}

module.exports = { playAll };

'use strict';
// The steps of a fault, one function per name, for every protocol; http2_steps.js has those that
// are frames. A step that returns true is the last.

const { bytesOf } = require('./bytes');
const reply = require('./reply');

const BLOCK = 65536;
const MOST = 64 << 20; // bytes of a flood, if it does not say

const pause = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

async function wait(line, request, step) {
  await pause(step.wait);
}

// The same bytes again and again until the client leaves, in writes of a moderate size.
async function pour(line, bytes, most) {
  const block = Buffer.alloc(Math.max(1, Math.floor(BLOCK / bytes.length)) * bytes.length, bytes);
  for (let sent = 0; sent < most && line.open; sent += block.length) await line.write(block);
}

const flood = (line, request, step) => pour(line, bytesOf(step, 'flood', line.scene, request), step.most || MOST);

async function drip(line, request, step) {
  const bytes = bytesOf(step, 'drip', line.scene, request);
  const size = step.size || 1;
  for (let at = 0; at < bytes.length && line.open; at += size) {
    if (at > 0) await pause(step.every);
    await line.write(bytes.subarray(at, at + size));
  }
}

// Each byte a chunk of its own.
function ones(line, request, step) {
  const bytes = bytesOf(step, 'ones', line.scene, request);
  return line.write(Buffer.concat(Array.from(bytes, (byte) => Buffer.from([49, 13, 10, byte, 13, 10]))));
}

async function bomb(line, request, step) {
  const { start, block } = reply.bomb();
  await line.write(start);
  await pour(line, block, step.bomb);
}

// Reads on and forgets, as servers do before they close, lest the client lose the reply.
async function drain(line, request, step) {
  line.socket.resume();
  await pause(step.drain);
  line.bytes();
}

// Lets what comes next lie where the system keeps it.
async function deaf(line, request, step) {
  line.pause();
  await pause(step.deaf);
}

async function stall(line) {
  line.socket.resume();
  await line.gone();
  return true;
}

// As if the network had gone: nothing comes back on this connection any more.
async function mute(line) {
  line.muted = true;
  return stall(line);
}

const ending = (act) => async (line) => {
  act(line);
  return true;
};

const STEPS = {
  write: (line, request, step) => line.write(bytesOf(step, 'write', line.scene, request)),
  write_base64: (line, request, step) => line.write(bytesOf(step, 'write', line.scene, request)),
  reply: (line, request, step) => (
    line.protocol.reply(line, request, reply.compile(step.reply, line.scene, request), step.framing)),
  wait,
  flood,
  drip,
  ones,
  bomb,
  drain,
  deaf,
  stall,
  mute,
  fin: ending((line) => line.fin()),
  cut: ending((line) => line.cut()),
  reset: ending((line) => line.reset()),
};

// True when a step was the last.
async function play(line, request, list) {
  for (const item of list) {
    if (!line.open) return true;
    const step = typeof item === 'string' ? { write: item } : item;
    const all = { ...STEPS, ...line.protocol.steps };
    const name = Object.keys(all).find((field) => field in step);
    if (!name) throw new Error(`no step ${JSON.stringify(item)}`);
    if (await all[name](line, request, step) === true) return true;
  }
  return false;
}

module.exports = { play, pause };

'use strict';
// A connection that speaks HTTP/1.1: reads requests one after the other, has the scene say what
// becomes of each, and frames replies. What is sent besides is for steps.js to say.

const steps = require('./steps');
const { chunk } = require('./bytes');

const END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const KEPT = 4096; // bytes of a request's body

async function readHeader(line) {
  let all = Buffer.alloc(0);
  for (;;) {
    const at = all.indexOf(END);
    if (at >= 0) {
      line.giveBack(all.subarray(at + END.length));
      return all.subarray(0, at).toString('latin1');
    }
    if (!await line.more()) return null;
    all = Buffer.concat([all, line.bytes()]);
  }
}

function parse(header) {
  const [first, ...lines] = header.split('\r\n');
  const [method, path] = first.split(' ');
  const headers = {};
  for (const text of lines) {
    const at = text.indexOf(':');
    headers[text.slice(0, at).toLowerCase()] = text.slice(at + 1).trim();
  }
  return { method, path: path || '', headers, body: '' };
}

function note(request, bytes) {
  if (request.body.length < KEPT) request.body += bytes.subarray(0, KEPT).toString('latin1');
}

async function readLength(line, request, length) {
  for (let left = length; left > 0;) {
    if (!await line.more()) return;
    const bytes = line.bytes();
    note(request, bytes.subarray(0, left));
    line.giveBack(bytes.subarray(left));
    left -= bytes.length;
  }
}

async function readChunks(line, request) {
  let tail = Buffer.alloc(0);
  while (!tail.equals(LAST_CHUNK) && await line.more()) {
    const bytes = line.bytes();
    note(request, bytes);
    tail = Buffer.concat([tail, bytes]).subarray(-LAST_CHUNK.length);
  }
}

function readBody(line, request) {
  if (request.headers['transfer-encoding']) return readChunks(line, request);
  return readLength(line, request, Number(request.headers['content-length'] || 0));
}

const FRAMING = {
  length: (body, length) => [`Content-Length: ${length}\r\n`, body],
  chunked: (body) => ['Transfer-Encoding: chunked\r\n', chunk(body.toString('latin1')) + LAST_CHUNK],
  close: (body) => ['Connection: close\r\n', body],
};

function frame({ status, pairs, body, length }, framing) {
  const [how, bytes] = FRAMING[framing || 'length'](body, length);
  const lines = pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`HTTP/1.1 ${status} Reason\r\n${lines}${how}\r\n`, 'latin1');
  return Buffer.concat([head, Buffer.from(bytes, 'latin1')]);
}

async function reply(line, request, compiled, framing) {
  await line.write(frame(compiled, framing));
  if (framing === 'close') line.fin();
}

// True when nothing may follow. What was not read is no request.
async function answer(line, request) {
  const part = line.scene.choose(line, request);
  if (part.on === 'header') line.pause();
  else await readBody(line, request);
  return await steps.play(line, request, part.steps) || part.on === 'header';
}

async function serve(line) {
  while (line.open && !line.muted) {
    const header = await readHeader(line);
    if (header === null) {
      line.fin();
      return;
    }
    const request = parse(header);
    line.scene.note(line, request);
    if (await answer(line, request)) return;
  }
}

module.exports = { serve, reply };

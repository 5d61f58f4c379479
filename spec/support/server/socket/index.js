'use strict';
// The socket of a reply: the handshake, then steps, and what is sent in answer to the client's
// events. Pings and closes are answered, unless the socket is mute. A step may go on while
// another answers; the frames of a message are never torn apart.

const exchange = require('../exchange');
const frames = require('./frames');
const log = require('./log');
const { Line } = require('./line');
const { check, listOf, playList } = require('./steps');

const FIELDS = new Set(['protocol', 'accept', 'before', 'steps', 'on', 'beside', 'mute', 'at_once', 'cut', 'pieces']);
const MOST_PARSED = 1 << 20; // bytes of a text that is looked at
const REFUSED = 'this reply is a socket: the request must ask for an upgrade to websocket';

const isListOfLists = (value) => Array.isArray(value) && Array.isArray(value[0]);

// Inside the server `on` may be a function of the event.
function answersOf(on) {
  if (typeof on === 'function') return on;
  const answers = new Map();
  for (const [type, value] of Object.entries(on || {})) {
    const lists = isListOfLists(value) ? value : [value];
    lists.forEach(check);
    answers.set(type, { lists, next: 0 });
  }
  return answers;
}

const numbered = (value, name) => (typeof value === 'number' ? { [name]: value } : value || null);

// Raises for what no socket has.
function compile(socket) {
  const unknown = Object.keys(socket).find((field) => !FIELDS.has(field));
  if (unknown) throw new Error(`a socket has no field "${unknown}"`);
  check(socket.steps);
  answersOf(socket.on);
  const echoes = JSON.stringify(socket).includes('"echo"');
  return { ...socket, echoes, cut: numbered(socket.cut, 'at'), pieces: numbered(socket.pieces, 'size') };
}

function protocolOf(socket, req) {
  if (socket.protocol !== undefined) return socket.protocol || null;
  const offered = req.headers['sec-websocket-protocol'];
  return offered ? offered.split(',')[0].trim() : null;
}

function acceptOf(socket, req) {
  if (socket.accept !== undefined) return socket.accept || null;
  return frames.accept(req.headers['sec-websocket-key'] || '');
}

// The reply's own header lines go before ours, and one of them that is null leaves ours out.
function handshake(script, req, requestId) {
  const { socket, headers, pairs } = script;
  const lines = [...headers, ...pairs.filter(([, value]) => value === null)];
  const add = (name, value) => {
    const told = lines.some(([other]) => other.toLowerCase() === name.toLowerCase());
    if (!told && value !== null) lines.push([name, value]);
  };
  add('Upgrade', 'websocket');
  add('Connection', 'Upgrade');
  add('Sec-WebSocket-Accept', acceptOf(socket, req));
  add('Sec-WebSocket-Protocol', protocolOf(socket, req));
  add('x-request-id', requestId);
  const text = lines.filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${script.status} ${script.reason || 'Switching Protocols'}\r\n`;
  return Buffer.from(`${socket.before || ''}${status}${text.join('')}\r\n`, 'latin1');
}

function parse({ kind, bytes }) {
  if (kind !== 'text' || bytes.length > MOST_PARSED || bytes[0] !== 0x7b) return null;
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    return null;
  }
}

// The steps that answer an event: of its type, or of all others. The last list is used for ever.
function answerTo(answers, event) {
  if (typeof answers === 'function') return answers(event || {});
  const found = answers.get(event && event.type) || answers.get('*');
  if (!found) return null;
  found.next += 1;
  return found.lists[Math.min(found.next, found.lists.length) - 1];
}

function onMessage(line, script, message) {
  const event = parse(message);
  line.inbox.push({ kind: message.kind, isMessage: true, event, bytes: script.socket.echoes ? message.bytes : null });
  const steps = answerTo(line.answers, event);
  if (!steps) return;
  const context = typeof line.answers === 'function' ? null : { event: event || {} };
  const play = () => playList(line, steps, context).catch(confess);
  if (script.socket.beside) play();
  else line.answering = line.answering.then(play);
}

function onControl(line, { kind, payload }) {
  line.inbox.push({ kind });
  if (line.muted) return;
  if (kind === 'ping') line.inTurn(() => line.send(frames.frame('pong', payload)));
  if (kind !== 'close') return;
  if (line.log.close_sent) line.end('fin');
  else line.inTurn(() => line.sendClose(frames.frame('close', payload), line.log.close.code));
}

function confess(error) {
  process.stderr.write(`spec server: ${error.stack}\n`);
}

function lineOf(x, script) {
  const { socket } = script;
  const line = new Line(x, socket);
  const pace = x.req.headers['x-stand-in-delay'];
  line.pace = pace === undefined ? null : Number(pace);
  line.muted = Boolean(socket.mute);
  line.answers = answersOf(socket.on);
  line.answering = Promise.resolve();
  return line;
}

function refuse(x) {
  const text = JSON.stringify({ error: { message: REFUSED, type: 'scenario_error' } });
  x.res.writeHead(426, { 'content-type': 'application/json', 'content-length': text.length });
  x.res.end(text);
}

const CONTROL = new Set(['close', 'ping', 'pong']);

// Plays the script's socket onto this exchange; its steps done, it stays until the client leaves.
async function play(x, script, requestId) {
  if (!x.req.early) {
    refuse(x);
    return;
  }
  const line = lineOf(x, script);
  if (x.onSocket) x.onSocket(() => log.view(line.log));
  if (script.socket.at_once) line.hold();
  const head = handshake(script, x.req, requestId);
  line.log.head_bytes = head.length;
  const begun = line.send(head);
  line.open((found, message) => {
    if (message) onMessage(line, script, message);
    else if (CONTROL.has(found.kind)) onControl(line, found);
  });
  await begun;
  await playList(line, listOf(script.socket.steps)).catch(confess);
  await line.release();
  if (!line.gone) exchange.finish(x);
}

module.exports = { compile, play };

'use strict';
// A scene of the wire: a port of its own, what its connections speak, which faults their requests
// meet, and the journal of what came. Everything else is answered well.

const net = require('net');
const tls = require('tls');
const http1 = require('./http1');
const http2 = require('./http2');
const raw = require('./raw');
const { Line } = require('./line');

// `well`: what is spoken once the scene is well, if it is something else.
const SPEAKS = {
  http1: { protocol: http1 },
  https1: { protocol: http1, alpn: ['http/1.1'] },
  h2: { protocol: http2, alpn: ['h2', 'http/1.1'] },
  turns: { protocol: http2, alpn: ['h2'], second: ['http/1.1'] }, // on every second connection
  tcp: { protocol: raw, well: 'http1' },
  tls: { protocol: raw, well: 'https1' },
  nothing: { well: 'http1' }, // nobody listens
};
const FIELDS = new Set([
  'speaks', 'both', 'parts', 'warm', 'connections', 'requests', 'window', 'seed', 'ipv6',
]);
// An empty Lua table arrives as {}.
const listOf = (value) => (Array.isArray(value) ? value : []);
const WELL = { on: 'body', steps: [{ reply: {} }] };

// By the seed alone.
function random(state) {
  state.seed = (state.seed * 16807) % 2147483647;
  return state.seed;
}

class Scene {
  constructor(id, definition) {
    const unknown = Object.keys(definition).find((field) => !FIELDS.has(field));
    if (unknown) throw new Error(`a wire scene has no field "${unknown}"`);
    if (!SPEAKS[definition.speaks]) throw new Error(`nothing speaks "${definition.speaks}"`);
    Object.assign(this, { warm: 0, connections: Infinity, requests: Infinity, seed: 1 }, definition);
    this.parts = listOf(this.parts).map((part) => ({ ...part, steps: listOf(part.steps) }));
    Object.assign(this, { id, lines: [], seen: [], defects: [], handshakes: 0, well: false });
  }

  how() {
    const { well } = SPEAKS[this.speaks];
    return SPEAKS[this.well && well ? well : this.speaks];
  }

  // What becomes of a request.
  choose(line, request) {
    const faulty = !this.well && (this.both || line.protocol === this.how().protocol) && line.number <= this.connections
      && request.number > this.warm && request.number <= this.warm + this.requests;
    const part = faulty ? this.parts[random(this) % this.parts.length] : WELL;
    request.record.part = part.name || null;
    return part;
  }

  note(line, request) {
    request.number = this.seen.length + 1;
    request.record = {
      connection: line.number, method: request.method, path: request.path,
      retry_count: request.headers['x-stainless-retry-count'] || null, caller: request.headers['x-caller'] || null,
    };
    this.seen.push(request.record);
  }

  accept(socket, tcp, protocol) {
    const line = new Line(this, socket, tcp, this.lines.length + 1);
    line.protocol = protocol;
    this.lines.push(line);
    protocol.serve(line).catch((error) => this.defects.push(error.stack));
  }

  secure(tcp, { protocol, alpn, second }) {
    this.handshakes += 1;
    const offered = second && this.handshakes % 2 === 0 ? second : alpn;
    const options = { isServer: true, secureContext: this.context, ALPNProtocols: offered };
    const socket = new tls.TLSSocket(tcp, options);
    tcp.on('error', () => {});
    socket.on('error', () => {});
    socket.once('secure', () => {
      this.accept(socket, tcp, socket.alpnProtocol === 'http/1.1' ? http1 : protocol);
    });
  }

  connect(tcp) {
    const how = this.how();
    tcp.setNoDelay(true);
    if (how.alpn) this.secure(tcp, how);
    else this.accept(tcp, tcp, how.protocol);
  }

  listen(port) {
    this.server = net.createServer({ allowHalfOpen: true }, (tcp) => this.connect(tcp));
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host: this.ipv6 ? '::1' : '127.0.0.1', port, backlog: 512 }, () => {
        this.port = this.server.address().port;
        resolve(this);
      });
    });
  }

  async open(context) {
    this.context = context;
    await this.listen(0);
    if (this.speaks === 'nothing') this.server.close();
    return this;
  }

  // From now on every request is answered well.
  async makeWell() {
    this.well = true;
    for (const line of this.lines) {
      if (line.open && line.protocol.makeWell) line.protocol.makeWell(line);
    }
    if (this.speaks === 'nothing') await this.listen(this.port);
  }

  read() {
    const { lines, seen, defects } = this;
    const open = lines.filter((line) => line.open).length;
    return { requests: seen, connections: lines.length, connections_open: open, defects };
  }

  close() {
    this.server.close();
    for (const line of this.lines) line.raw.destroy();
  }
}

module.exports = { Scene };

'use strict';
// Takes files and throws them away: a server for bench/upload. Uploads, parts
// and files are answered as the API does, whatever is in them; with --md5 it
// finds out the sum of each body, as a server must that checks it; with --tls
// it speaks that, and has its certificates made in a folder.
// Usage: sink.js SECONDS FOLDER [--md5] [--tls]

const { createHash } = require('crypto');
const http = require('http');
const https = require('https');
const certificate = require('../spec/support/server/certificate');

const [seconds, folder, ...ways] = process.argv.slice(2);
const sums = ways.includes('--md5');
const tls = ways.includes('--tls');
let parts = 0;

function answer(req, bytes) {
  const file = { id: 'file_1', object: 'file', bytes };
  if (/\/parts$/.test(req.url)) return { id: `part_${parts += 1}`, object: 'upload.part' };
  if (/\/files$/.test(req.url)) return file;
  return { id: 'upload_1', object: 'upload', status: /complete$/.test(req.url) ? 'completed' : 'pending', file };
}

function take(req, res) {
  const hash = sums ? createHash('md5') : null;
  let bytes = 0;
  req.on('data', (chunk) => {
    bytes += chunk.length;
    if (hash) hash.update(chunk);
  });
  req.on('end', () => {
    const text = JSON.stringify(answer(req, bytes));
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
    res.end(text);
  });
}

const options = { highWaterMark: 1 << 20 };
const server = tls ? https.createServer({ ...options, ...certificate.make(folder).secrets }, take)
  : http.createServer(options, take);

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http${tls ? 's' : ''}://127.0.0.1:${server.address().port}/v1\n`);
});
setTimeout(() => process.exit(), 1000 * Number(seconds)).unref();
process.on('SIGTERM', () => process.exit());

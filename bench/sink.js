'use strict';
// Takes files and throws them away: a server for bench/upload. Uploads, parts
// and files are answered as the API does, whatever is in them; with --md5 it
// finds out the sum of each body, as a server must that checks it.

const { createHash } = require('crypto');
const http = require('http');

const sums = process.argv.includes('--md5');
let parts = 0;

function answer(req, bytes) {
  const file = { id: 'file_1', object: 'file', bytes };
  if (/\/parts$/.test(req.url)) return { id: `part_${parts += 1}`, object: 'upload.part' };
  if (/\/files$/.test(req.url)) return file;
  return { id: 'upload_1', object: 'upload', status: /complete$/.test(req.url) ? 'completed' : 'pending', file };
}

const server = http.createServer({ highWaterMark: 1 << 20 }, (req, res) => {
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
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
setTimeout(() => process.exit(), 1000 * Number(process.argv[2])).unref();
process.on('SIGTERM', () => process.exit());

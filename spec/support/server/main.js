'use strict';
// The local API server: command line, start-up line and life span.
// It prints one JSON line when it is ready and ends by itself; it must never
// outlive its parent, and never listen beyond 127.0.0.1, ::1 and its own socket file.

const fs = require('fs');
const os = require('os');
const path = require('path');
const certificate = require('./certificate');
const listeners = require('./listeners');
const serve = require('./serve');
const wire = require('./wire');

const POLL_MS = 500;
const DEFAULTS = { tls: false, seconds: 7200, parent: process.ppid, port: 0 };

function readOptions(args) {
  const options = { ...DEFAULTS };
  for (let i = 0; i < args.length; i += 1) {
    const name = args[i].replace(/^--/, '');
    if (!(name in DEFAULTS)) throw new Error(`unknown option ${args[i]}`);
    options[name] = name === 'tls' ? true : Number(args[i += 1]);
    if (Number.isNaN(options[name])) throw new Error(`${args[i - 1]} needs a number`);
  }
  return options;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function parentWatch(pid) {
  const isChild = process.ppid === pid;
  return () => {
    const gone = isChild ? process.ppid !== pid : !isAlive(pid);
    if (gone) process.exit(0);
  };
}

function boundLife(options, folder) {
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => process.exit(0));
  }
  setTimeout(() => process.exit(0), options.seconds * 1000);
  setInterval(parentWatch(options.parent), POLL_MS);
}

// Last resort: a defect here must show up in the tests' output, not end the run.
function reportDefects() {
  process.on('uncaughtException', (error) => {
    serve.stats.defects += 1;
    process.stderr.write(`spec server: ${error.stack}\n`);
  });
  process.stdout.on('error', () => {});
}

async function start() {
  const options = readOptions(process.argv.slice(2));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'oai-server-'));
  boundLife(options, folder);
  const tls = options.tls ? certificate.make(folder) : null;
  if (tls) wire.useCertificates(tls.secrets);
  const places = { port: options.port, folder, tls: tls && tls.secrets };
  const facts = await listeners.open(places, serve.request);
  Object.assign(facts, tls && tls.facts, { pid: process.pid });
  serve.setFacts(facts);
  reportDefects();
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

start().catch((error) => {
  process.stderr.write(`spec server: ${error.message}\n`);
  process.exit(1);
});

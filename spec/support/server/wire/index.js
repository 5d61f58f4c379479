'use strict';
// The scenes of the wire by their ids: made, read, made well and forgotten through the control
// plane. A scene answers as a server that is broken or means ill, byte by byte and frame by frame.

const tls = require('tls');
const { Scene } = require('./scene');

const scenes = new Map();
let count = 0;
let context = null;

const useCertificates = (secrets) => { context = tls.createSecureContext(secrets); };

function find(id) {
  const scene = scenes.get(id);
  if (!scene) throw new Error(`there is no wire scene ${id}`);
  return scene;
}

async function create(definition) {
  count += 1;
  const scene = await new Scene(`w${count}`, definition).open(context);
  scenes.set(scene.id, scene);
  return { id: scene.id, port: scene.port };
}

const read = (id) => find(id).read();

async function makeWell(id) {
  await find(id).makeWell();
  return { well: true };
}

function forget(id) {
  find(id).close();
  return { deleted: scenes.delete(id) };
}

function forgetAll() {
  const ids = [...scenes.keys()];
  ids.forEach(forget);
  return ids.length;
}

module.exports = { useCertificates, create, read, makeWell, forget, forgetAll };

'use strict';
// A connection that speaks no protocol: the scene's first part is played when it is made, or when
// the first bytes have come.

const steps = require('./steps');

const NO_REQUEST = { method: 'GET', path: '', headers: {}, body: '' };

async function serve(line) {
  const [part] = line.scene.parts;
  if (part.on === 'connect' || await line.more()) await steps.play(line, NO_REQUEST, part.steps);
}

module.exports = { serve };

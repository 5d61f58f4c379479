'use strict';
// Texts of a scene -> bytes. {{type}}, {{body}}, {{half}}, {{rest}} and {{length}} are those of the
// good answer to the request, {{chunk}} and {{half_chunk}} what they are as a chunk, {{port}} the
// scene's own; {{length+10}} and {{length-10}} say another number.

const { answer } = require('./well');

const VALUE = /\{\{(\w+)([+-]\d+)?\}\}/g;
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`; // of bytes, a character each

const VALUES = {
  type: (well) => well.type,
  body: (well) => well.body,
  half: (well) => well.body.slice(0, well.half),
  rest: (well) => well.body.slice(well.half),
  length: (well) => well.body.length,
  chunk: (well) => chunk(well.body),
  half_chunk: (well) => chunk(well.body.slice(0, well.half)),
  port: (well, scene) => scene.port,
};

function expand(text, scene, request) {
  if (!text.includes('{{')) return text;
  const well = answer(request);
  return text.replace(VALUE, (whole, name, more) => {
    const value = VALUES[name] ? VALUES[name](well, scene) : whole;
    return more ? String(value + Number(more)) : String(value);
  });
}

// A text, a text and how often, or a list of these. `#` in a repeated one is its number.
function textOf(value) {
  if (typeof value === 'string') return value;
  if (typeof value[1] !== 'number') return value.map(textOf).join('');
  const [text, times] = value;
  if (!text.includes('#')) return text.repeat(times);
  return Array.from({ length: times }, (_, i) => text.replace(/#/g, i + 1)).join('');
}

function bytesOf(step, field, scene, request) {
  const encoded = step[`${field}_base64`];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64');
  return Buffer.from(expand(textOf(step[field]), scene, request));
}

// Header fields as pairs, with their values expanded.
function pairsOf(pairs, scene, request) {
  return pairs.map(([name, value]) => [name, expand(String(value), scene, request)]);
}

module.exports = { bytesOf, pairsOf, chunk };

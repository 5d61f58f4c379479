'use strict';
// Embeddings: unit vectors that depend on nothing but the input.

const { createHash } = require('crypto');
const { requireFields } = require('./errors');
const prose = require('./prose');

const DIMENSIONS = 8;

const seed = (text, index) => createHash('sha256').update(`${index}:${text}`).digest();

function vectorOf(text, dimensions) {
  const vector = new Float32Array(dimensions);
  for (let i = 0; i < dimensions; i += 1) {
    vector[i] = seed(text, i).readInt32LE(0) / 2 ** 31;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

function base64Of(vector) {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}

// One text, a list of texts, one list of tokens or a list of those.
function inputsOf(input) {
  if (!Array.isArray(input) || typeof input[0] === 'number') return [input];
  return input;
}

const textOf = (input) => (typeof input === 'string' ? input : JSON.stringify(input));

function create({ input }) {
  requireFields(input, 'input', 'model');
  const inputs = inputsOf(input.input).map(textOf);
  const encode = input.encoding_format === 'base64' ? base64Of : (vector) => Array.from(vector);
  const data = inputs.map((text, index) => ({
    object: 'embedding', index, embedding: encode(vectorOf(text, input.dimensions || DIMENSIONS)),
  }));
  const count = inputs.reduce((sum, text) => sum + prose.countTokens(text), 0);
  const usage = { prompt_tokens: count, total_tokens: count };
  return { json: { object: 'list', data, model: input.model, usage } };
}

module.exports = { 'POST /embeddings': create };

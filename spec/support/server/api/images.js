'use strict';
// Image generation: always the same image of one pixel.

const { now } = require('./identity');
const { requireFields } = require('./errors');

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJ'
  + 'RU5ErkJggg==';
const PARTIAL_DELAY = 0.05;
const USAGE = {
  input_tokens: 12, output_tokens: 1056, total_tokens: 1068,
  input_tokens_details: { text_tokens: 12, image_tokens: 0 },
};

function settingsOf(input) {
  return {
    background: input.background || 'opaque',
    output_format: input.output_format || 'png',
    quality: input.quality || 'low',
    size: input.size || '1024x1024',
  };
}

function stream(input) {
  const event = (type, more) => ({
    event: type,
    data: { type, b64_json: PIXEL, created_at: now(), ...settingsOf(input), ...more },
  });
  const partials = Array.from({ length: input.partial_images || 1 }, (_, index) => (
    event('image_generation.partial_image', { partial_image_index: index })
  ));
  const completed = event('image_generation.completed', { usage: USAGE });
  return { sse: [...partials, completed], chunk_delay: PARTIAL_DELAY };
}

function create({ input }) {
  requireFields(input, 'prompt');
  if (input.stream) return stream(input);
  const data = Array.from({ length: input.n || 1 }, () => ({ b64_json: PIXEL }));
  return { json: { created: now(), ...settingsOf(input), data, usage: USAGE } };
}

module.exports = { 'POST /images/generations': create };

'use strict';
// Images, generated and edited: always the same one, of one pixel.

const { now } = require('./identity');
const { requireFields } = require('./errors');
const multipart = require('./multipart');
const { PIXEL } = require('./pixel');

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

function stream(input, kind) {
  const event = (type, more) => ({
    event: type,
    data: { type, b64_json: PIXEL, created_at: now(), ...settingsOf(input), ...more },
  });
  const partials = Array.from({ length: Number(input.partial_images || 1) }, (_, index) => (
    event(`${kind}.partial_image`, { partial_image_index: index })
  ));
  const completed = event(`${kind}.completed`, { usage: USAGE });
  return { sse: [...partials, completed], chunk_delay: PARTIAL_DELAY };
}

function reply(input, kind) {
  requireFields(input, 'prompt');
  if (input.stream) return stream(input, kind);
  const data = Array.from({ length: Number(input.n || 1) }, () => ({ b64_json: PIXEL }));
  return { json: { created: now(), ...settingsOf(input), data, usage: USAGE } };
}

// What is edited comes as a form with files, or as JSON that names files.
function edited({ bytes, type, input }) {
  return /^multipart\//.test(type) ? multipart.fields(bytes, type) : input;
}

module.exports = {
  'POST /images/generations': ({ input }) => reply(input, 'image_generation'),
  'POST /images/edits': (call) => reply(edited(call), 'image_edit'),
};

'use strict';
// Template values in what a socket sends: {{event:NAME.NAME}} is a field of the event that is being
// answered, {{i}} the number of a message that is sent several times. A text that is nothing but
// one of an event's fields becomes that field, of whatever type; one that is not there is left out.
// {{[]}} is an empty list, which not all Luas can write.

const WHOLE = /^\{\{event:([\w.]+)\}\}$/;
const EVENT = /\{\{event:([\w.]+)\}\}/g;
const EMPTY = '{{[]}}';
const NUMBER = /\{\{i\}\}/g;

const isTemplate = (value) => JSON.stringify(value).includes('{{');

function fieldOf(event, path) {
  return path.split('.').reduce((value, name) => value?.[name], event);
}

function expandText(text, { event, i }) {
  if (text === EMPTY) return [];
  const whole = event && WHOLE.exec(text);
  if (whole) return fieldOf(event, whole[1]);
  const numbered = i === undefined ? text : text.replace(NUMBER, String(i));
  return event ? numbered.replace(EVENT, (all, path) => String(fieldOf(event, path) ?? '')) : numbered;
}

function expand(value, context) {
  if (typeof value === 'string') return expandText(value, context);
  if (Array.isArray(value)) return value.map((item) => expand(item, context));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expand(item, context)]));
}

module.exports = { isTemplate, expand };

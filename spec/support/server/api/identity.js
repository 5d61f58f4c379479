'use strict';
// Identifiers and times of new objects.

const { randomBytes } = require('crypto');

const newId = (prefix) => `${prefix}${randomBytes(12).toString('hex')}`;
const now = () => Math.floor(Date.now() / 1000);

module.exports = { newId, now };

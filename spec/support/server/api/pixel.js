'use strict';
// A picture of one pixel, as PNG in base64.

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJ'
  + 'RU5ErkJggg==';

module.exports = { PIXEL };

-- What the operations of client.moderations do.

return {
  ["moderations.create"] =
    "Tells whether texts or images are harmful, and in which ways; returns flags and scores for each category.",
}

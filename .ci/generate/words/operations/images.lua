-- What the operations of client.images do.

return {
  ["images.create_variation"] = "Makes images that resemble the one given, and returns them.",
  ["images.edit"] =
    "Changes images, or makes a new one out of several, as the prompt says, and returns the result or a stream of "
      .. "previews.",
  ["images.generate"] = "Draws images of a description, and returns them, or a stream of previews and the image.",
}

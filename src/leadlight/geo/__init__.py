"""What does a picture from above say of a building? Pure: arrays of pixels in, named numbers out.

The answers become facts. Reading files, systems of reference and footprints are the adapters' work.

- `bands.bands`: arrays of any depth, by the name of their band, as shares of white. The names are
  `red`, `green`, `blue`, `nir` (near infrared) and `grey` (panchromatic).
- `surfaces.surfaces`: of each pixel, what it looks like (`Surface`): green, pool, panel, tile,
  dark, bright, paved, shadow, cloud. A pixel may look like several things: shaded grass is green
  and shadow.
- `features.features(arrays, roof, yard, metres)`: of one building, given two masks, every feature
  that the bands and the size of a pixel can answer. `features.of_zones` does the same for many
  buildings of one window at once.
- `questions.QUESTIONS`: each feature with its unit, what it needs, and the coarsest pixel that it
  may be asked of.
- `yards.yards`: which building each pixel of a window belongs to: the nearest one, up to a
  distance.

All numbers are metres, square metres, counts, or shares from 0 to 1. What cannot be answered is
None, never 0. Where the thresholds come from stands beside each of them, in `surfaces`.
"""

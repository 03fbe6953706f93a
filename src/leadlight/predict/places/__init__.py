"""Models of buildings: judged by place, their cut set anew where they are used.

- `blocks`: squares of ground that are held out whole, so that no neighbour of a building that
  teaches judges.
- `local_cut`: what a few labels of a new place say of a model's probabilities; the order of the
  buildings stays as it is.
- `list_length`: how many of the best hundred are right.
- `label_choice`: which buildings of a new place are worth a look.
"""

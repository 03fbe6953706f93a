"""A small made-up town, drawn: houses, yards, pools, panels, trees, a cloud, and the truth of each."""

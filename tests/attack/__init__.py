"""Attacks: random formats, verbs, names, settings, kills, full disks, and what must always hold.

    python -m tests.attack --minutes 60 --seed 1 [--only SUBJECT] [--at N]

A subject is a module with `attack(room)`.  It runs commands in the folder of the room, by what
`room.pick` says, and the room looks at each: how it ended, what it printed, which files it changed.
An attempt is known by subject, seed and number, so that it can be run again alone (`--at`).
"""

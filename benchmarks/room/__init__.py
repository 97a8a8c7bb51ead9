"""The proving ground: the whole program in simulated rooms, from sound to sound on one clock."""

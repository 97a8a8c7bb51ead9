"""The whole program in simulated rooms, from sound to sound, on one clock."""

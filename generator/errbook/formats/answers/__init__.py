"""Formats in which ``errbook explain`` writes its answers; one file per format."""

"""The engine: what a system of chips delivers, in time, power and money, and what bounds it."""

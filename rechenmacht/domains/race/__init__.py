"""The race model: stocks and flows per vendor, owner and bloc, quarter by quarter."""

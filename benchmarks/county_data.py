"""German counties as instances, for the scripts here: they are `koopopt.bench.counties`."""

from koopopt.bench.counties import Row, counties, country, county, neighbours

__all__ = ["Row", "counties", "country", "county", "neighbours"]

"""The figures of units, kept current with every act."""

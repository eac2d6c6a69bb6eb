//! The module as it travels: without what only tools read and with short names, the locals of each function in the order of
//! their use, so that most of the code names few of them, equal functions once, and each beside those that look like it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;

use anyhow::{Result, anyhow, ensure};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ExportSection, Function, FunctionSection, ImportSection, Instruction, Module, ValType,
};
use wasmparser::{
    CompositeInnerType, CustomSectionReader, Export, FunctionBody, FunctionSectionReader, Imports, Operator,
    Parser, Payload, TypeRef,
};

use super::names::Names;
use super::order::by_likeness;

/// The module with all of this done.
///
/// # Errors
/// It is no module that can be read.
pub(super) fn small_module(wasm: &[u8], names: &Names) -> Result<Vec<u8>> {
    // What is equal, and what looks alike, is seen best when the locals have their places.
    let bare = written(wasm, names, |functions| (0..functions.bodies.len()).collect())?;
    written(&bare, &Names::new(), |functions| {
        let bodies: Vec<&[u8]> = functions.bodies.iter().map(FunctionBody::as_bytes).collect();
        by_likeness(&bodies)
    })
}

fn written(wasm: &[u8], names: &Names, order: impl FnOnce(&Functions<'_>) -> Vec<usize>) -> Result<Vec<u8>> {
    let functions = Functions::of(wasm)?;
    let mut order = order(&functions);
    let originals = functions.originals();
    order.retain(|function| originals[*function] == *function);
    let mut indices = vec![0; originals.len()];
    for (index, function) in (functions.imported..).zip(&order) {
        indices[*function] = index;
    }
    for (function, original) in originals.iter().enumerate() {
        indices[function] = indices[*original];
    }
    let mut small = Small {
        names,
        functions,
        order,
        indices,
        places: Vec::new(),
    };
    let mut module = Module::new();
    small
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(module.finish())
}

/// The functions of a module.
struct Functions<'a> {
    imported: u32,
    /// Type of each function that is not imported.
    types: Vec<u32>,
    /// How many parameters a function of a type has.
    parameters: Vec<usize>,
    bodies: Vec<FunctionBody<'a>>,
}

impl<'a> Functions<'a> {
    fn of(wasm: &'a [u8]) -> Result<Self> {
        let mut functions = Self {
            imported: 0,
            types: Vec::new(),
            parameters: Vec::new(),
            bodies: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        for of in group?.types() {
                            functions.parameters.push(match &of.composite_type.inner {
                                CompositeInnerType::Func(of) => of.params().len(),
                                _ => 0,
                            });
                        }
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        functions.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(section) => {
                    for of in section {
                        functions.types.push(of?);
                    }
                }
                Payload::CodeSectionEntry(body) => functions.bodies.push(body),
                _ => {}
            }
        }
        let is_whole = functions.types.len() == functions.bodies.len();
        ensure!(is_whole, "the module has not as much code as functions");
        Ok(functions)
    }

    /// The first function with the type and the code of each.
    fn originals(&self) -> Vec<usize> {
        let mut known = HashMap::new();
        let functions = self.types.iter().zip(&self.bodies).enumerate();
        functions
            .map(|(number, (of, body))| *known.entry((*of, body.as_bytes())).or_insert(number))
            .collect()
    }

    fn parameters(&self, function: usize) -> usize {
        self.parameters[self.types[function] as usize]
    }
}

struct Small<'a> {
    names: &'a Names,
    functions: Functions<'a>,
    /// Old numbers of the functions that are not imported, counted from the first of them, by new ones.
    order: Vec<usize>,
    /// New indices by old numbers.
    indices: Vec<u32>,
    /// The new numbers of the locals of the function that is being written.
    places: Vec<u32>,
}

impl<'a> Small<'a> {
    fn name<'n>(&self, name: &'n str) -> &'n str
    where
        'a: 'n,
    {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// Numbers the locals by how often they are used, and returns the types of those that are no parameters.
    fn place_locals(
        &mut self,
        parameters: usize,
        body: &FunctionBody<'_>,
    ) -> Result<Vec<ValType>, Error<Infallible>> {
        let mut types = Vec::new();
        for group in body.get_locals_reader()? {
            let (count, of) = group?;
            let of = self.val_type(of)?;
            types.extend((0..count).map(|_| of));
        }
        let mut uses = vec![0_u32; parameters + types.len()];
        let mut code = body.get_operators_reader()?;
        while !code.eof() {
            use Operator as O;
            if let O::LocalGet { local_index } | O::LocalSet { local_index } | O::LocalTee { local_index } =
                code.read()?
            {
                uses[local_index as usize] += 1;
            }
        }
        let mut order: Vec<usize> = (parameters..uses.len()).collect();
        order.sort_by_key(|local| Reverse(uses[*local]));
        order.retain(|local| uses[*local] > 0);
        self.places = (0..uses.len() as u32).collect();
        for (place, local) in (parameters as u32..).zip(&order) {
            self.places[*local] = place;
        }
        Ok(order.iter().map(|local| types[local - parameters]).collect())
    }
}

impl Reencode for Small<'_> {
    type Error = Infallible;

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: CustomSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        Ok(())
    }

    fn parse_imports(
        &mut self,
        section: &mut ImportSection,
        imports: Imports<'_>,
    ) -> Result<(), Error<Self::Error>> {
        match imports {
            Imports::Single(_, import) => {
                let of = self.entity_type(import.ty)?;
                section.import(import.module, self.name(import.name), of);
                Ok(())
            }
            // A shorter form that nothing writes yet.
            compact => utils::parse_imports(self, section, compact),
        }
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let kind = self.export_kind(export.kind)?;
        let index = self.external_index(export.kind, export.index)?;
        exports.export(self.name(export.name), kind, index);
        Ok(())
    }

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        let own = function.checked_sub(self.functions.imported);
        Ok(own.map_or(function, |own| self.indices[own as usize]))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        for function in &self.order {
            functions.function(self.functions.types[*function]);
        }
        Ok(())
    }

    /// Writes the code of all functions when the first of them is read.
    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        _: FunctionBody<'_>,
    ) -> Result<(), Error<Self::Error>> {
        for number in std::mem::take(&mut self.order) {
            let body = self.functions.bodies[number].clone();
            let locals = self.place_locals(self.functions.parameters(number), &body)?;
            let mut function = Function::new_with_locals_types(locals);
            let mut reader = body.get_operators_reader()?;
            while !reader.eof() {
                function.instruction(&self.parse_instruction(&mut reader)?);
            }
            code.function(&function);
        }
        Ok(())
    }

    fn instruction<'i>(&mut self, operator: Operator<'i>) -> Result<Instruction<'i>, Error<Self::Error>> {
        let place = |local: u32| self.places[local as usize];
        Ok(match operator {
            Operator::LocalGet { local_index } => Instruction::LocalGet(place(local_index)),
            Operator::LocalSet { local_index } => Instruction::LocalSet(place(local_index)),
            Operator::LocalTee { local_index } => Instruction::LocalTee(place(local_index)),
            other => utils::instruction(self, other)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with an import, four functions and a section of some tool. The first function never uses its first local and
    /// the last one twice, and calls the third, which looks like it and is exported; the second is another one, and equal to
    /// the fourth, which is exported.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x08\x02\x60\0\0\x60\x01\x7f\0\
        \x02\x0d\x01\x01m\x07__wbg_a\0\0\x03\x05\x04\x01\0\x01\0\
        \x07\x0f\x02\x07__wbg_a\0\x03\x01b\0\x04\
        \x0a\x36\x04\
        \x15\x03\x01\x7f\x01\x7e\x01\x7f\x42\x07\x21\x02\x20\0\x21\x03\x20\x03\x1a\x10\x03\x0b\
        \x04\0\x10\0\x0b\
        \x14\x03\x01\x7f\x01\x7e\x01\x7f\x42\x07\x21\x02\x20\0\x21\x03\x20\x03\x1a\x01\x0b\
        \x04\0\x10\0\x0b\
        \0\x05\x04tool";

    #[test]
    fn what_is_said_shortly_stands_for_the_same() {
        let names = Names::from([("__wbg_a".to_owned(), "w0".to_owned())]);
        let small = small_module(MODULE, &names).unwrap();
        let expected: &[u8] = b"\0asm\x01\0\0\0\x01\x08\x02\x60\0\0\x60\x01\x7f\0\
            \x02\x08\x01\x01m\x02w0\0\0\x03\x04\x03\x01\x01\0\
            \x07\x0a\x02\x02w0\0\x02\x01b\0\x03\
            \x0a\x2d\x03\
            \x13\x02\x01\x7f\x01\x7e\x42\x07\x21\x02\x20\0\x21\x01\x20\x01\x1a\x10\x02\x0b\
            \x12\x02\x01\x7f\x01\x7e\x42\x07\x21\x02\x20\0\x21\x01\x20\x01\x1a\x01\x0b\
            \x04\0\x10\0\x0b";
        assert_eq!(small, expected);
    }

    #[test]
    fn what_is_no_module_is_an_error() {
        assert!(small_module(b"\0asm\x01\0\0\0\x01", &Names::new()).is_err());
    }
}
